/** Of a message that goes on with traces and times. */
export const firstLine = (text = ""): string => text.split(/\r?\n/)[0]?.trim() ?? "";
