import { AwsError } from '../world.ts';
import { queryErrorHeader } from './query-error.ts';
import { type Call, type Protocol, signingName, type WireReply } from './wire.ts';

/**
 * awsJson1_0 and awsJson1_1: `POST /` with the operation in `x-amz-target`.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const jsonProtocol: Protocol = (request, services) => {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, dot);
  const operation = target.slice(dot + 1);
  const service = services.find(
    ({ protocol }) => protocol.kind === 'json' && protocol.targetPrefix === prefix,
  );
  const version = service?.protocol.kind === 'json' ? service.protocol.version : '1.1';
  const call: Call = {
    service: service?.name ?? signingName(request) ?? prefix,
    operation,
    dialect: 'json',
    input: {},
    form: 'json',
    api: service,
    success: (output, requestId) => reply(200, version, requestId, output ?? {}),
    failure: (error, requestId) => {
      const answer = reply(error.status, version, requestId, {
        __type: error.code,
        message: error.message,
        ...error.members,
      });
      if (service?.protocol.kind !== 'json' || !service.protocol.queryCode) return answer;
      return {
        ...answer,
        headers: { ...answer.headers, ...queryErrorHeader(error, service.protocol.queryCode) },
      };
    },
  };
  return { ...call, ...readInput(request.body) };
};

function readInput(body: Buffer): Partial<Pick<Call, 'input' | 'unreadable'>> {
  const text = body.toString('utf8').trim();
  if (text === '') return { input: {} };
  try {
    const input: unknown = JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input: { ...input } };
  } catch {
    // Refused below, like any other body that is not an object.
  }
  return { unreadable: new AwsError('SerializationException', 'The request body is not a JSON object.') };
}

function reply(status: number, version: string, requestId: string, body: unknown): WireReply {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId },
    body: JSON.stringify(body, epochSeconds),
  };
}

/** Dates travel as epoch seconds with a fraction. `JSON.stringify` has called `toJSON` before it asks: look at the holder. */
function epochSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  return raw instanceof Date ? raw.getTime() / 1000 : value;
}
