import { daySeconds } from "../duration";

/** Days as Google writes a duration. https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/duration.proto */
export const inSeconds = (days: number): string => `${String(days * daySeconds)}s`;
