import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { AwsError, type AwsService, type RestRoute, type RestXml } from '../world.ts';
import type { Call, Protocol, WireReply, WireRequest } from './wire.ts';

// Blanks belong to the values: a TXT record may start with one.
const reader = new XMLParser({ parseTagValue: false, trimValues: false, ignoreAttributes: true });
const writer = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@_',
  suppressBooleanAttributes: false,
});

/**
 * restXml: method and path name the operation; members come from path, query string and an XML body.
 * https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
export const restXmlProtocol: Protocol = (request, services) => {
  const { path, query } = splitUrl(request.url);
  for (const service of services) {
    const { protocol } = service;
    if (protocol.kind === 'rest-xml' && path.startsWith(protocol.pathPrefix)) {
      return recognise({ service, protocol, request, path, query });
    }
  }
  return undefined;
};

function recognise(at: {
  readonly service: AwsService;
  readonly protocol: RestXml;
  readonly request: WireRequest;
  readonly path: string;
  readonly query: URLSearchParams;
}): Call {
  const { service, protocol, request, path, query } = at;
  const matches = protocol.routes.flatMap((route) => {
    const labels = route.method === request.method ? matchPath(route.path, path) : undefined;
    return labels ? [{ route, labels }] : [];
  });
  const { route, labels } = matches[0] ?? { route: undefined, labels: {} };
  const operation = route?.operation ?? `${request.method} ${path}`;
  const call: Call = {
    service: service.name,
    operation,
    dialect: 'query',
    input: { ...readQuery(route, query), ...labels },
    run: service.operations[operation],
    success: (output, requestId) => success({ protocol, route, operation, output, requestId }),
    failure: (error, requestId) => failure(protocol, error, requestId),
  };
  return withBody(call, protocol, request.body);
}

function splitUrl(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = url.split('?', 2);
  return { path: path.replace(/\/$/, ''), query: new URLSearchParams(query) };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
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

function readQuery(route: RestRoute | undefined, query: URLSearchParams): Record<string, string> {
  const members = Object.entries(route?.query ?? {}).flatMap(([name, member]) => {
    const value = query.get(name);
    return value === null ? [] : [[member, value] as const];
  });
  return Object.fromEntries(members);
}

function withBody(call: Call, protocol: RestXml, body: Buffer): Call {
  const text = body.toString('utf8').trim();
  if (text === '') return call;
  try {
    const [root] = Object.entries(reader.parse(text, true)).filter(([name]) => !name.startsWith('?'));
    const members = fromXml(root?.[1], protocol);
    return { ...call, input: { ...(typeof members === 'object' ? members : {}), ...call.input } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ...call,
      run: () => {
        throw new AwsError('InvalidInput', `Invalid XML ; ${why}`);
      },
    };
  }
}

function fromXml(value: unknown, protocol: RestXml): unknown {
  if (Array.isArray(value)) return value.map((item) => fromXml(item, protocol));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== '#text');
  return Object.fromEntries(members.map(([name, member]) => [name, readMember(name, member, protocol)]));
}

function readMember(name: string, member: unknown, protocol: RestXml): unknown {
  if (protocol.listItems[name] === undefined) return fromXml(member, protocol);
  // All items of a list have one name, and some lists have another one in another operation.
  const [items] =
    typeof member === 'object' && member !== null
      ? Object.entries(member).flatMap(([item, content]) => (item === '#text' ? [] : [content]))
      : [];
  if (items === undefined) return [];
  return (Array.isArray(items) ? items : [items]).map((item) => fromXml(item, protocol));
}

function success(answer: {
  readonly protocol: RestXml;
  readonly route: RestRoute | undefined;
  readonly operation: string;
  readonly output: unknown;
  readonly requestId: string;
}): WireReply {
  const { Location: location, ...body }: Record<string, unknown> = { ...Object(answer.output ?? {}) };
  const reply = render(answer.protocol, answer.requestId, `${answer.operation}Response`, body);
  return {
    ...reply,
    status: answer.route?.status ?? 200,
    headers: { ...reply.headers, ...(typeof location === 'string' && { location }) },
  };
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
  const members = toXml(content, protocol);
  const xml = writer.build({ [root]: { '@_xmlns': protocol.xmlNamespace, ...Object(members) } });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>\n${xml}`,
  };
}

function toXml(value: unknown, protocol: RestXml): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, writeMember(name, member, protocol)]));
}

function writeMember(name: string, member: unknown, protocol: RestXml): unknown {
  if (!Array.isArray(member)) return toXml(member, protocol);
  const itemName = protocol.listItems[name] ?? 'member';
  return member.length === 0 ? '' : { [itemName]: member.map((item) => toXml(item, protocol)) };
}
