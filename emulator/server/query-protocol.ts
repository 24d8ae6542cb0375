import { XMLBuilder } from 'fast-xml-parser';
import { parseQueryInput } from './query-input.ts';
import { type Protocol, signingName, type WireReply } from './wire.ts';

const xml = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@_',
  suppressBooleanAttributes: false,
});

/**
 * awsQuery: a form with `Action` and `Version`; services share the address and are told apart by the version.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export const queryProtocol: Protocol = (request, services) => {
  const form = readForm(request.headers['content-type'], request.body, request.url);
  const operation = form?.get('Action');
  if (!form || !operation) return undefined;
  const version = form.get('Version') ?? '';
  const service = services.find(
    ({ protocol }) => protocol.kind === 'query' && protocol.apiVersion === version,
  );
  const namespace = service?.protocol.kind === 'query' ? service.protocol.xmlNamespace : '';
  const queryCode = service?.protocol.kind === 'query' ? service.protocol.queryCode : undefined;
  return {
    service: service?.name ?? signingName(request) ?? `query API of ${version}`,
    operation,
    dialect: 'query',
    input: parseQueryInput(form),
    form: 'text',
    api: service,
    success: (output, requestId) =>
      reply(200, requestId, `${operation}Response`, namespace, {
        [`${operation}Result`]: toXml(output ?? {}),
        ResponseMetadata: { RequestId: requestId },
      }),
    failure: (error, requestId) =>
      reply(error.status, requestId, 'ErrorResponse', namespace, {
        Error: {
          Type: error.status >= 500 ? 'Receiver' : 'Sender',
          Code: queryCode?.(error.code) ?? error.code,
          Message: error.message,
        },
        RequestId: requestId,
      }),
  };
};

function readForm(contentType: string | undefined, body: Buffer, url: string): URLSearchParams | undefined {
  if (contentType?.startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(body.toString('utf8'));
  }
  const question = url.indexOf('?');
  return question < 0 ? undefined : new URLSearchParams(url.slice(question + 1));
}

function reply(
  status: number,
  requestId: string,
  root: string,
  namespace: string,
  content: object,
): WireReply {
  const attributes = namespace === '' ? {} : { '@_xmlns': namespace };
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: xml.build({ [root]: { ...attributes, ...content } }),
  };
}

/** Lists are `<member>` elements, times are ISO strings, what is undefined is left out. */
function toXml(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? '' : { member: value.map(toXml) };
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, toXml(member)]));
}
