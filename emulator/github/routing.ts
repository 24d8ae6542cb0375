import type { Route } from './api.ts';

export type Match = {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  /** `/api/v3` when it was asked for as on GitHub Enterprise Server; what is answered then begins with it as well. */
  readonly prefix: string;
};

const PREFIXES = ['', '/api/v3', '/api'];

export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const prefix of PREFIXES) {
    if (!path.startsWith(`${prefix}/`)) continue;
    for (const route of routes) {
      if (route.method !== method) continue;
      const params = matchPath(route.path, path.slice(prefix.length));
      if (params) return { route, params, prefix };
    }
  }
  return undefined;
}

/** An encoded slash belongs to the parameter: environments may be called `preview/eu`. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decode(given[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? value !== part : value === undefined || value === '') return undefined;
    if (name !== undefined && value !== undefined) params[name] = value;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
