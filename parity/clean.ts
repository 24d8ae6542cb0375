import { DeleteCertificateCommand, paginateListCertificates } from '@aws-sdk/client-acm';
import { DeleteAlarmsCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DeleteLogGroupCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteRepositoryCommand, paginateDescribeRepositories } from '@aws-sdk/client-ecr';
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  ListResourceRecordSetsCommand,
  paginateListHostedZones,
} from '@aws-sdk/client-route-53';
import {
  sweepAppRunnerServices,
  sweepExpressServices,
  sweepListeners,
  sweepTaskDefinitions,
} from './clean-services.ts';
import type { Clients } from './scenario.ts';
import type { IsMine, Sweep, Wait } from './sweep.ts';

/**
 * Deletes what runs of the scenarios left in an account: all that is called `parity` and eight hex digits, or those of one
 * run. Resolves with what was deleted. Nothing else is touched, whoever made it. What leads to a service goes before it, and
 * its roles go last: a service whose role is gone drains for hours.
 */
export async function clean(clients: Clients, wait: Wait, run = '[0-9a-f]{8}'): Promise<readonly string[]> {
  const mine = new RegExp(`(?<![A-Za-z0-9])parity${run}(?![A-Za-z0-9])`);
  const isMine: IsMine = (text) => text !== undefined && mine.test(text);
  const deleted: string[] = [];
  for (const sweep of [
    sweepZones,
    sweepListeners,
    sweepExpressServices,
    sweepAppRunnerServices,
    sweepAlarms,
    sweepCertificates,
    sweepGroups,
    sweepRepositories,
    sweepTaskDefinitions,
    sweepRoles,
  ]) {
    for await (const name of sweep(clients, isMine, wait)) deleted.push(name);
  }
  return deleted;
}

async function* sweepZones({ route53 }: Clients, isMine: IsMine): Sweep {
  for await (const { HostedZones = [] } of paginateListHostedZones({ client: route53 }, {})) {
    for (const { Id: HostedZoneId, Name } of HostedZones.filter((zone) => isMine(zone.Name))) {
      // A scenario makes far fewer than a page has.
      const { ResourceRecordSets = [] } = await route53.send(
        new ListResourceRecordSetsCommand({ HostedZoneId }),
      );
      const own = ResourceRecordSets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
      const Changes = own.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
      if (Changes.length > 0) {
        await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
      }
      await route53.send(new DeleteHostedZoneCommand({ Id: HostedZoneId }));
      yield `zone ${Name}`;
    }
  }
}

/** An alarm that a composite one names cannot be deleted before that. */
async function* sweepAlarms({ cloudwatch }: Clients, isMine: IsMine): Sweep {
  for (const type of ['CompositeAlarm', 'MetricAlarm'] as const) {
    const pages = paginateDescribeAlarms(
      { client: cloudwatch },
      { AlarmNamePrefix: 'parity', AlarmTypes: [type] },
    );
    for await (const { CompositeAlarms = [], MetricAlarms = [] } of pages) {
      const names = [...CompositeAlarms, ...MetricAlarms].flatMap(({ AlarmName }) =>
        AlarmName !== undefined && isMine(AlarmName) ? [AlarmName] : [],
      );
      if (names.length > 0) await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: names }));
      for (const name of names) yield `alarm ${name}`;
    }
  }
}

async function* sweepCertificates({ acm }: Clients, isMine: IsMine): Sweep {
  for await (const { CertificateSummaryList = [] } of paginateListCertificates({ client: acm }, {})) {
    for (const { CertificateArn, DomainName } of CertificateSummaryList) {
      if (!isMine(DomainName)) continue;
      await acm.send(new DeleteCertificateCommand({ CertificateArn }));
      yield `certificate of ${DomainName}`;
    }
  }
}

/** Those of services stay when these go. */
const GROUPS = ['/parity', '/aws/ecs/default/parity', '/aws/apprunner/parity'];

async function* sweepGroups({ logs }: Clients, isMine: IsMine): Sweep {
  for (const logGroupNamePrefix of GROUPS) {
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: logs },
      { logGroupNamePrefix },
    )) {
      for (const { logGroupName } of logGroups.filter((group) => isMine(group.logGroupName))) {
        await logs.send(new DeleteLogGroupCommand({ logGroupName }));
        yield `log group ${logGroupName}`;
      }
    }
  }
}

async function* sweepRepositories({ ecr }: Clients, isMine: IsMine): Sweep {
  for await (const { repositories = [] } of paginateDescribeRepositories({ client: ecr }, {})) {
    for (const { repositoryName } of repositories.filter((one) => isMine(one.repositoryName))) {
      await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
      yield `repository ${repositoryName}`;
    }
  }
}

async function* sweepRoles({ iam }: Clients, isMine: IsMine): Sweep {
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName } of Roles.filter((role) => isMine(role.RoleName))) {
      const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
        await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      }
      const inline = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of inline.PolicyNames ?? []) {
        await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      }
      await iam.send(new DeleteRoleCommand({ RoleName }));
      yield `role ${RoleName}`;
    }
  }
}
