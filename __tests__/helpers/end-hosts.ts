import { endBusyHosts } from './action-process.ts';

// An action that a test left behind ends with its test file.
afterAll(endBusyHosts);
