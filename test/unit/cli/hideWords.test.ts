import { hideWords } from "../../../cli/hideWords";

test.each([
  ["error: unknown option '--rotat'\n(Did you mean --rotate?)\n", undefined],
  ["error: unknown command 'secret'\n(Did you mean secrets?)\n", undefined],
  ["error: option '--to <store>' argument missing\n", undefined],
  ["error: unknown option '--value=sk-ant-1'\n", "error: unknown option '--value=…'\n"],
  ["error: unknown option '--sk-ant-1'\n", "error: unknown option '…'\n"],
  ["error: unknown option '--a=it's \n sk-1'\n", "error: unknown option '--a=…'\n"],
  ["error: unknown command 'sk-ant-1'\n", "error: unknown command '…'\n"],
  [
    "error: option '--fd <n>' argument 'sk-ant-1' is invalid. A number.\n",
    "error: option '--fd <n>' argument '…' is invalid. A number.\n",
  ],
])("%j", (message, expected) => {
  expect(hideWords(message)).toBe(expected ?? message);
});
