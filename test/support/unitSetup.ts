// Beside tests of whole engines a deployment under mocks takes its time: a limit against hanging, not a measure of speed.
jest.setTimeout(60_000);
