import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { loadModel, type OperationShape } from '../shapes/model.ts';
import { AwsError, type AwsService, type RestXml } from '../world.ts';
import type { Call, Protocol, WireReply, WireRequest } from './wire.ts';
import { headersOf, queryParametersOf, readXml, writeXml } from './xml-members.ts';

// Blanks belong to the values: a TXT record may start with one.
const reader = new XMLParser({ parseTagValue: false, trimValues: false, ignoreAttributes: true });
const writer = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@_',
  suppressBooleanAttributes: false,
});

/**
 * restXml: method and path name the operation; members come from path, query string and an XML body. Which, the
 * service's model says.
 * https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
export const restXmlProtocol: Protocol = async (request, services) => {
  const { path, query } = splitUrl(request.url);
  for (const api of services) {
    const { protocol } = api;
    if (protocol.kind === 'rest-xml' && path.startsWith(protocol.pathPrefix)) {
      const route = findRoute((await loadModel(api.name)).operations, request.method, path);
      return recognise({ api, protocol, request, path, query, route });
    }
  }
  return undefined;
};

type Route = { readonly shape: OperationShape; readonly labels: Readonly<Record<string, string>> };

/** The one with the fewest labels: `/change/{Id}` is not meant by `/change/count`. */
function findRoute(
  operations: Iterable<[string, OperationShape]>,
  method: string,
  path: string,
): Route | undefined {
  const matches = [...operations].flatMap(([, shape]) => {
    const labels = shape.http?.method === method ? matchPath(shape.http.path, path) : undefined;
    return labels ? [{ shape, labels }] : [];
  });
  const count = ({ labels }: Route): number => Object.keys(labels).length;
  return matches.sort((a, b) => count(a) - count(b))[0];
}

function recognise(at: {
  readonly api: AwsService;
  readonly protocol: RestXml;
  readonly request: WireRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: Route | undefined;
}): Call {
  const { api, protocol, request, path, query, route } = at;
  const operation = route?.shape.name ?? `${request.method} ${path}`;
  const call: Call = {
    service: api.name,
    operation,
    dialect: 'query',
    input: { ...readQuery(route, query), ...route?.labels },
    form: 'text',
    api,
    success: (output, requestId) => success(protocol, route?.shape, output, requestId),
    failure: (error, requestId) => failure(protocol, error, requestId),
  };
  return route ? { ...call, ...readBody(call, route.shape, request.body) } : call;
}

function splitUrl(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = url.split('?', 2);
  return { path: path.replace(/\/$/, ''), query: new URLSearchParams(query) };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.replace(/\/$/, '').split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const value = given[index] ?? '';
    if (step.startsWith('{')) labels[step.slice(1, -1)] = decodeURIComponent(value);
    else if (step !== value) return undefined;
  }
  return labels;
}

function readQuery(route: Route | undefined, query: URLSearchParams): Record<string, string> {
  const members = route ? queryParametersOf(route.shape.input) : [];
  const given = members.flatMap(([parameter, member]) => {
    const value = query.get(parameter);
    return value === null ? [] : [[member, value] as const];
  });
  return Object.fromEntries(given);
}

function readBody(
  { input }: Call,
  shape: OperationShape,
  body: Buffer,
): Partial<Pick<Call, 'input' | 'unreadable'>> {
  const text = body.toString('utf8').trim();
  if (text === '') return {};
  try {
    const [root] = Object.entries(reader.parse(text, true)).filter(([name]) => !name.startsWith('?'));
    return { input: { ...Object(readXml(root?.[1], shape.input)), ...input } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { unreadable: new AwsError('InvalidInput', `Invalid XML ; ${why}`) };
  }
}

function success(
  protocol: RestXml,
  shape: OperationShape | undefined,
  output: unknown,
  requestId: string,
): WireReply {
  if (!shape) throw new TypeError('what has no shape was answered');
  const { headers, body } = headersOf(output, shape.output);
  const reply = render(protocol, requestId, `${shape.name}Response`, Object(writeXml(body, shape.output)));
  return { ...reply, status: shape.http?.status ?? 200, headers: { ...reply.headers, ...headers } };
}

function failure(protocol: RestXml, error: AwsError, requestId: string): WireReply {
  const usual = {
    ErrorResponse: {
      Error: { Type: error.status >= 500 ? 'Receiver' : 'Sender', Code: error.code, Message: error.message },
      RequestId: requestId,
    },
  };
  const document = protocol.errorDocument?.(error, requestId) ?? usual;
  const [root, content] = Object.entries(document)[0] ?? ['ErrorResponse', {}];
  return { ...render(protocol, requestId, root, Object(content)), status: error.status };
}

function render(protocol: RestXml, requestId: string, root: string, content: object): WireReply {
  const xml = writer.build({ [root]: { '@_xmlns': protocol.xmlNamespace, ...content } });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>\n${xml}`,
  };
}
