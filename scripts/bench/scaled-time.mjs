/**
 * Loaded with --import into a bundle under measurement: makes its clock run TIME_SCALE times faster, timers and readings
 * alike, so that ten minutes of waiting beside an emulator of the same speed take half a minute. Also tells its peak
 * memory on exit. Neither bundle knows.
 */
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';

const scale = Number(process.env.TIME_SCALE ?? '1');
const startedAt = Date.now();
const realNow = Date.now.bind(Date);
const realPerformanceNow = performance.now.bind(performance);
const realSetTimeout = globalThis.setTimeout;
const realSleep = timersPromises.setTimeout;

if (scale !== 1) {
  globalThis.setTimeout = (callback, ms, ...rest) =>
    realSetTimeout(callback, ms === undefined ? ms : ms / scale, ...rest);
  timersPromises.setTimeout = (ms, ...rest) => realSleep(ms / scale, ...rest);
  performance.now = () => realPerformanceNow() * scale;
  Date.now = () => startedAt + (realNow() - startedAt) * scale;
  syncBuiltinESMExports();
}

process.on('exit', () => {
  const { BENCH_MEMORY_FILE } = process.env;
  if (BENCH_MEMORY_FILE) appendFileSync(BENCH_MEMORY_FILE, `${process.resourceUsage().maxRSS}\n`);
});
