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
  [
    "error: option '-m, --method <name>' value 'sk-ant-1' from env 'SECRET_METHOD' is invalid. Allowed choices are vault.\n",
    "error: option '-m, --method <name>' value '…' from env 'SECRET_METHOD' is invalid. Allowed choices are vault.\n",
  ],
  [
    "error: command-argument value 'sk-ant-1' is invalid for argument 'shell'. Allowed choices are bash.\n",
    "error: command-argument value '…' is invalid for argument 'shell'. Allowed choices are bash.\n",
  ],
  [
    "error: command-argument value 'it's' is 1' is invalid for argument 'shell'. Allowed choices are bash.\n",
    "error: command-argument value '…' is invalid for argument 'shell'. Allowed choices are bash.\n",
  ],
])("%j", (message, expected) => {
  expect(hideWords(message)).toBe(expected ?? message);
});
