import type { DeploymentPhase } from '../../aws/deployments.ts';
import type { Clock } from '../../poll.ts';

/** A stretch of the deployment, for the timeline: times in milliseconds since the epoch. */
export type TimelineEntry = {
  readonly label: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
};

/** Collects the stretches of a deployment as they are seen. One is open at a time. */
export type Timeline = {
  /** Closes the open stretch and opens the next. The same label again is the same stretch. */
  readonly enter: (label: string, at: number) => void;
  readonly close: (at: number, failed: boolean) => void;
  readonly entries: readonly TimelineEntry[];
};

export function startTimeline(): Timeline {
  const entries: TimelineEntry[] = [];
  let open: { label: string; startedAt: number } | undefined;

  function close(at: number, failed: boolean): void {
    if (open !== undefined) entries.push({ ...open, endedAt: at, failed });
    open = undefined;
  }
  return {
    enter(label, at) {
      if (open?.label === label) return;
      close(at, false);
      open = { label, startedAt: at };
    },
    close,
    entries,
  };
}

const stageLabels: Readonly<Record<string, string>> = {
  RECONCILE_SERVICE: 'Prepare',
  PRE_SCALE_UP: 'Prepare',
  SCALE_UP: 'Start new tasks',
  POST_SCALE_UP: 'Start new tasks',
  TEST_TRAFFIC_SHIFT: 'Test traffic',
  POST_TEST_TRAFFIC_SHIFT: 'Test traffic',
  PRODUCTION_TRAFFIC_SHIFT: 'Canary',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'Canary',
  BAKE_TIME: 'Bake',
  CLEAN_UP: 'Clean up',
};

/** What people call a stage of a deployment. */
export function labelStage(phase: DeploymentPhase, stage: string | undefined): string {
  switch (phase) {
    case 'rolling-back':
    case 'rolled-back':
    case 'rollback-failed':
      return 'Roll back';
    case 'stopping':
    case 'stopped':
      return 'Stop';
    case 'running':
    case 'succeeded':
    case 'unknown':
      return stage === undefined ? 'Prepare' : (stageLabels[stage] ?? stage);
  }
}

/** `8 s`, `10 min 12 s`, `1 h 5 min`. */
export function renderDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

export function secondsSince(startedAt: number, clock: Clock): number {
  return Math.round((clock.now() - startedAt) / 1000);
}
