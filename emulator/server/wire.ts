import type { IncomingHttpHeaders } from 'node:http';
import type { RequestForm } from '../shapes/forms.ts';
import type { AwsError, AwsService } from '../world.ts';

/** A request after its body has arrived. */
export type WireRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type WireReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** What a request asks for. `api` is absent when the emulator does not model the service. */
export type Call = {
  readonly service: string;
  readonly operation: string;
  /** The older query APIs have other names for the same errors. */
  readonly dialect: 'json' | 'query';
  /** As it was sent, whether or not it fits the model. */
  readonly input: Record<string, unknown>;
  readonly form: RequestForm;
  /** Why the body could not be read at all. */
  readonly unreadable?: AwsError;
  readonly api: AwsService | undefined;
  readonly success: (output: unknown, requestId: string) => WireReply;
  readonly failure: (error: AwsError, requestId: string) => WireReply;
};

/** One of AWS's wire protocols: `undefined` when the request does not speak it. */
export type Protocol = (
  request: WireRequest,
  services: readonly AwsService[],
) => Call | undefined | Promise<Call | undefined>;

/** What a service that no part of the emulator answers for calls itself: the name its requests are signed for. */
export function signingName({ headers }: WireRequest): string | undefined {
  const scope = /Credential=[^/\s]+\/\d{8}\/[^/\s]+\/([^/\s]+)\/aws4_request/.exec(
    headers.authorization ?? '',
  );
  return scope?.[1];
}
