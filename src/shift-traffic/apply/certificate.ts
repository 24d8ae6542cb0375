import { awaitCertificate, type CertificateOrder, orderCertificate } from '../../aws/obtain-certificate.ts';
import type { Job } from '../model/job.ts';
import type { ObservedGreen } from '../model/observed.ts';
import type { PlanStep } from '../model/plan.ts';
import { attachCertificate } from './attach.ts';

/** Nobody is sent to green before: what is not issued in time leaves all traffic where it was. */
export async function obtainCertificate(
  { names, timeoutSeconds }: Extract<PlanStep, { kind: 'obtain-certificate' }>,
  green: ObservedGreen,
  job: Job,
): Promise<void> {
  const { inputs, facts, runner, clock } = job;
  const order: CertificateOrder = {
    names,
    request: { timeoutSeconds, zoneId: inputs.zone.id, roleArn: inputs.zone.roleArn },
    intervalSeconds: inputs.pollIntervalSeconds,
    clock,
    signal: runner.cancelled,
    log: runner.info,
    notice: async (text) => {
      facts.notices.push(text);
      await runner.notice(text);
    },
    onChange: () => {
      facts.changed = true;
    },
    onDoing: () => {},
    // The zone of the names is in Route 53, and so are these records.
    onRecords: () => {},
  };
  const issued = await awaitCertificate(await orderCertificate(order), order);
  runner.info(`Certificate ${issued.arn} is issued`);
  await attachCertificate(issued.arn, green, job);
}
