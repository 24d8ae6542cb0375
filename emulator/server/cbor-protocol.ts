import { decode, encode } from 'cbor2';
import { AwsError } from '../world.ts';
import { queryErrorHeader } from './query-error.ts';
import { type Call, type Protocol, signingName, type WireReply } from './wire.ts';

const PATH = /^\/service\/([^/]+)\/operation\/([^/?]+)/;

/**
 * Smithy RPC v2 CBOR: `POST /service/<shape>/operation/<name>`. What the AWS CLI and boto3 speak to CloudWatch.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export const cborProtocol: Protocol = (request, services) => {
  const [, shape = '', operation = ''] = PATH.exec(request.url) ?? [];
  if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor' || operation === '') return undefined;
  const service = services.find(
    ({ protocol }) => protocol.kind === 'cbor' && protocol.serviceShape === shape,
  );
  const call: Call = {
    service: service?.name ?? signingName(request) ?? shape,
    operation,
    dialect: 'json',
    input: {},
    form: 'cbor',
    api: service,
    success: (output, requestId) => reply(200, requestId, withoutUndefined(output ?? {})),
    failure: (error, requestId) => {
      const answer = reply(error.status, requestId, { __type: error.code, message: error.message });
      if (service?.protocol.kind !== 'cbor') return answer;
      return {
        ...answer,
        headers: { ...answer.headers, ...queryErrorHeader(error, service.protocol.queryCode) },
      };
    },
  };
  return { ...call, ...readInput(request.body) };
};

function readInput(body: Buffer): Partial<Pick<Call, 'input' | 'unreadable'>> {
  if (body.length === 0) return { input: {} };
  try {
    const input: unknown = decode(body);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input: { ...input } };
  } catch {
    // Refused below, like any other body that is not a map.
  }
  return { unreadable: new AwsError('SerializationException', 'The request body is not a CBOR map.') };
}

function reply(status: number, requestId: string, body: unknown): WireReply {
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    },
    body: Buffer.from(encode(body)),
  };
}

/** CBOR has an `undefined` of its own, which clients would see; JSON leaves such members out. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}
