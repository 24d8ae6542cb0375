import type { Control } from '../control/control-plane.ts';
import { type Alarms, describeAlarm, findAlarm, judgeComposites, readState } from './alarm-operations.ts';
import { type Input, optionalStructure, readDimensions, structures } from './input.ts';
import type { MetricStore } from './metric-store.ts';

/**
 * `POST /_emulator/cloudwatch`: `{ "lateSeconds": 0 }` for figures that arrive at once, `{ "holdAlarms": { "web-5xx":
 * "ALARM" } }` for an alarm that stays (`null` lets it go), `{ "points": [{ Namespace, MetricName, Dimensions, value,
 * secondsAgo }] }` for traffic that never was.
 */
export function cloudwatchControl(
  store: MetricStore,
  alarms: Alarms,
  settings: { lateSeconds: number },
): Control {
  return {
    GET: () => ({
      settings,
      held: Object.fromEntries(alarms.held),
      alarms: [...alarms.byName.values(), ...alarms.composites.values()].map(describeAlarm),
      metrics: store.all().map(({ namespace, name, dimensions, minutes }) => ({
        namespace,
        name,
        dimensions,
        minutes: [...minutes].map(([at, { sum, count }]) => ({ at: new Date(at).toISOString(), sum, count })),
      })),
    }),
    POST: (body) => {
      const input: Input = { ...Object(body) };
      const late = input['lateSeconds'] ?? settings.lateSeconds;
      if (typeof late !== 'number' || late < 0)
        throw new TypeError('"lateSeconds" must be a number of at least 0');
      settings.lateSeconds = late;
      for (const [name, state] of Object.entries(optionalStructure(input, 'holdAlarms') ?? {})) {
        if (state === null) alarms.held.delete(name);
        else hold(alarms, name, String(state));
      }
      for (const point of structures(input, 'points')) addPoint(store, alarms, point);
    },
  };
}

/** At once, not only at the next evaluation. */
function hold(alarms: Alarms, name: string, text: string): void {
  const alarm = findAlarm(alarms, name);
  if (!alarm) throw new TypeError(`there is no alarm "${name}"`);
  const state = readState(text);
  alarms.held.set(name, state);
  if (alarm.state !== state) alarm.stateAt = new Date(alarms.clock.now());
  alarm.state = state;
  alarm.reason = 'Held by a test';
  judgeComposites(alarms);
}

function addPoint(store: MetricStore, { clock }: Alarms, point: Input): void {
  const { Namespace, MetricName, value, secondsAgo = 0, unit = 'Count' } = point;
  if (typeof Namespace !== 'string' || typeof MetricName !== 'string' || typeof value !== 'number') {
    throw new TypeError('a point needs "Namespace", "MetricName" and a number "value"');
  }
  const id = { namespace: Namespace, name: MetricName, dimensions: readDimensions(point) };
  const at = clock.now() - Number(secondsAgo) * 1000;
  store.put(id, { at, unit: String(unit), sum: value, count: 1, min: value, max: value });
}
