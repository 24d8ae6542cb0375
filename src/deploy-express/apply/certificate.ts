import { awaitCertificate, type CertificateOrder, orderCertificate } from '../../aws/obtain-certificate.ts';
import type { DeployInputs } from '../model/inputs.ts';
import type { Job } from '../model/job.ts';
import type { Proceed } from '../model/plan.ts';
import type { Waiting } from './beside.ts';

/**
 * Requests the certificate that the plan wants, and makes its records, which takes seconds. What cannot be had is known
 * then, before a build of minutes.
 *
 * @returns `undefined` when the plan wants none.
 */
export async function startCertificate(
  { steps }: Proceed,
  inputs: DeployInputs,
  job: Job,
): Promise<Waiting | undefined> {
  const { certificateRequest: request, dryRun, pollIntervalSeconds } = inputs;
  const step = steps.find(({ kind }) => kind === 'obtain-certificate');
  if (step?.kind !== 'obtain-certificate' || request === undefined || dryRun) return undefined;
  const { facts, runner, clock } = job;
  const order: CertificateOrder = {
    names: step.names,
    request,
    intervalSeconds: pollIntervalSeconds,
    clock,
    signal: runner.cancelled,
    log: runner.info,
    notice: async (text) => {
      facts.notices.push(text);
      await runner.notice(text);
    },
    onChange: (done) => {
      facts.changed = true;
      if (done !== undefined) facts.done.push(done);
    },
    onDoing: (sentence) => {
      facts.doing = sentence;
    },
    onRecords: (records) => {
      facts.validationRecords = records;
    },
  };
  const names = step.names.join(', ');
  const ordered = await orderCertificate(order);
  return async (signal) => {
    const issued = await awaitCertificate(ordered, { ...order, signal });
    runner.info(`Certificate ${issued.arn} is issued`);
    facts.done.push(`wait until the certificate for ${names} is issued`);
    return issued;
  };
}
