/** One control of the emulator itself: what stands behind `/_emulator/<name>`, by HTTP method. */
export type Control = Readonly<
  Partial<Record<'GET' | 'POST' | 'DELETE', (body: unknown, query?: URLSearchParams) => unknown>>
>;
export type Controls = Readonly<Record<string, Control>>;

export const CONTROL_PREFIX = '/_emulator/';

/** Answers a control request; a `TypeError` of the handler is the caller's mistake and is told to them. */
export async function answerControl(
  controls: Controls,
  request: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body: string;
  },
): Promise<{ readonly status: number; readonly body: unknown }> {
  const name = request.path.slice(CONTROL_PREFIX.length);
  const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
  if (!control)
    return { status: 404, body: { error: `no control "${name}"`, controls: Object.keys(controls) } };
  const handle = Object.entries(control).find(([method]) => method === request.method)?.[1];
  if (!handle) return { status: 405, body: { error: `"${name}" takes ${Object.keys(control).join(', ')}` } };
  try {
    const body: unknown = request.body === '' ? undefined : JSON.parse(request.body);
    return { status: 200, body: (await handle(body, request.query)) ?? {} };
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) {
      return { status: 400, body: { error: error.message } };
    }
    throw error;
  }
}
