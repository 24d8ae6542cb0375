/** How the stand-in of some images behaves, set by `POST /_emulator/stub`. */
export type StubBehaviour = {
  /** The first behaviour applies whose text is in the image reference, or in `name:tag` of one of its tags. */
  readonly imageContains: string;
  /** Status of every answer but those to health checks; 200 when not given. */
  readonly status?: number;
  /** Taken in turns in place of `status`, by each container for itself. */
  readonly statuses?: readonly number[];
  /** `true`: agrees to every upgrade (WebSocket) with 101, and sends back what comes. */
  readonly upgrades?: boolean;
  /** Status of the answers to the load balancer's health checks; as `status` when not given. */
  readonly healthStatus?: number;
  /** Ends with this code as soon as it has started. */
  readonly exitCode?: number;
  /** Printed at the start. */
  readonly logLines?: readonly string[];
  /** `false`: nothing listens on the container port, as with a program that listens on another one. */
  readonly listens?: boolean;
  /** Virtual seconds until it runs. */
  readonly startDelaySeconds?: number;
};

/** Throws `TypeError`, naming the member, when the list is not one of behaviours. */
export function parseBehaviours(body: unknown): StubBehaviour[] {
  if (!Array.isArray(body)) throw new TypeError('the body must be a list of behaviours');
  return body.map(parseBehaviour);
}

type Check = { readonly wanted: string; readonly holds: (value: unknown) => boolean };

const wholeNumber = (smallest: number, largest: number): Check => ({
  wanted: `a whole number from ${smallest} to ${largest}`,
  holds: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= smallest && value <= largest,
});

const CHECKS: Readonly<Record<keyof StubBehaviour, Check>> = {
  imageContains: { wanted: 'a string', holds: (value) => typeof value === 'string' },
  status: wholeNumber(200, 599),
  statuses: {
    wanted: 'a list of whole numbers from 200 to 599',
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => wholeNumber(200, 599).holds(each)),
  },
  upgrades: { wanted: 'true or false', holds: (value) => typeof value === 'boolean' },
  healthStatus: wholeNumber(200, 599),
  exitCode: wholeNumber(0, 255),
  logLines: {
    wanted: 'a list of strings',
    holds: (value) => Array.isArray(value) && value.every((line) => typeof line === 'string'),
  },
  listens: { wanted: 'true or false', holds: (value) => typeof value === 'boolean' },
  startDelaySeconds: wholeNumber(0, 86_400),
};

function parseBehaviour(given: unknown): StubBehaviour {
  if (!isBehaviour(given)) throw new TypeError('"imageContains" must be a string');
  for (const [name, value] of Object.entries(given)) {
    const check = Object.entries(CHECKS).find(([known]) => known === name)?.[1];
    if (check === undefined) throw new TypeError(`"${name}" is not one of ${Object.keys(CHECKS).join(', ')}`);
    if (!check.holds(value)) throw new TypeError(`"${name}" must be ${check.wanted}`);
  }
  return given;
}

function isBehaviour(given: unknown): given is StubBehaviour {
  return (
    typeof given === 'object' && given !== null && typeof Reflect.get(given, 'imageContains') === 'string'
  );
}
