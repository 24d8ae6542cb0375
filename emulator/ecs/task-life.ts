import { dateOf, type Ecs, type TaskLife } from './state.ts';

/** A task as it is when it was asked for, whoever wants it. */
export function newTaskLife(ecs: Ecs, clusterName: string, startedBy: string | undefined): TaskLife {
  const id = ecs.ids.hex(32);
  return {
    id,
    arn: ecs.arn('ecs', `task/${clusterName}/${id}`),
    startedBy,
    createdAt: dateOf(ecs),
    privateIp: privateIp(id),
    containerRuntimeId: `${id}-${ecs.ids.hex(10)}`,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    startedAt: undefined,
    stoppingAt: undefined,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    exitCode: undefined,
    containerReason: undefined,
    address: undefined,
    imageDigest: undefined,
    container: undefined,
  };
}

/** An address of the default VPC's 172.31.0.0/16, by the task's id. */
const privateIp = (id: string): string =>
  `172.31.${Number.parseInt(id.slice(0, 2), 16)}.${1 + (Number.parseInt(id.slice(2, 4), 16) % 254)}`;
