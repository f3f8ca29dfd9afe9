// Real engines and servers on a busy machine: a limit against hanging, not a measure of speed.
jest.setTimeout(300_000);
