import type { Clock, MetricSink } from '../world.ts';

export const MINUTE_MS = 60_000;

/** What came in one minute. */
export type Minute = {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** For percentiles; the first ones of a busy minute stand for all of them. */
  readonly samples: number[];
};

export type Series = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** By the time the minute began, virtual milliseconds since the epoch. */
  readonly minutes: Map<number, Minute>;
};

export type SeriesId = Pick<Series, 'namespace' | 'name' | 'dimensions'>;

export type MetricStore = MetricSink & {
  readonly find: (id: SeriesId) => Series | undefined;
  readonly all: () => readonly Series[];
  readonly put: (id: SeriesId, point: Point) => void;
  /** Until when the figures of a namespace are whole: AWS's own come some time after the minute is over. */
  readonly completeUntil: (namespace: string) => number;
  /** A minute of AWS's own figures is not there until it is whole; others may be read while they grow. */
  readonly hasArrived: (namespace: string, minuteStart: number) => boolean;
};

export type Point = {
  readonly at: number;
  readonly unit: string;
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
};

const MOST_SAMPLES = 1000;

export function createMetricStore(clock: Clock, settings: { readonly lateSeconds: number }): MetricStore {
  const series = new Map<string, Series>();

  const put = (id: SeriesId, point: Point): void => {
    const key = keyOf(id);
    const found = series.get(key) ?? { ...id, unit: point.unit, minutes: new Map() };
    series.set(key, found);
    const start = Math.floor(point.at / MINUTE_MS) * MINUTE_MS;
    const minute = found.minutes.get(start) ?? newMinute();
    found.minutes.set(start, minute);
    minute.sum += point.sum;
    minute.count += point.count;
    minute.min = Math.min(minute.min, point.min);
    minute.max = Math.max(minute.max, point.max);
    if (minute.samples.length < MOST_SAMPLES) minute.samples.push(point.sum / Math.max(1, point.count));
  };

  const completeUntil = (namespace: string): number =>
    clock.now() - (isAwsOwn(namespace) ? settings.lateSeconds * 1000 : 0);

  return {
    add: ({ value, unit, ...id }) =>
      put(id, { at: clock.now(), unit, sum: value, count: 1, min: value, max: value }),
    put,
    find: (id) => series.get(keyOf(id)),
    all: () => [...series.values()],
    completeUntil,
    hasArrived: (namespace, minuteStart) =>
      !isAwsOwn(namespace) || minuteStart + MINUTE_MS <= completeUntil(namespace),
  };
}

const isAwsOwn = (namespace: string): boolean => namespace.startsWith('AWS/');

const newMinute = (): Minute => ({
  sum: 0,
  count: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  samples: [],
});

function keyOf({ namespace, name, dimensions }: SeriesId): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
