import { endHosts } from './action-process.ts';

// Each test file has processes of its own for the actions that it runs.
afterAll(endHosts);
