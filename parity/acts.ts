import type { Act, Scenario } from './scenario.ts';
import { certificates } from './scenarios/acm.ts';
import { appRunnerAct } from './scenarios/app-runner.ts';
import { alarms, metrics } from './scenarios/cloudwatch.ts';
import { images, repositories } from './scenarios/ecr.ts';
import { absences } from './scenarios/elastic-load-balancing.ts';
import { calmAct } from './scenarios/express-calm.ts';
import { defaultsAct } from './scenarios/express-defaults.ts';
import { hostActs } from './scenarios/express-host.ts';
import { membersAct } from './scenarios/express-members.ts';
import { movingAct } from './scenarios/express-moving.ts';
import { permissionsAct } from './scenarios/express-permissions.ts';
import { provisioningActs } from './scenarios/express-provisioning.ts';
import { roles } from './scenarios/iam.ts';
import { groups } from './scenarios/logs.ts';
import { records, zones } from './scenarios/route-53.ts';
import { batches } from './scenarios/route-53-batches.ts';
import { sessions } from './scenarios/sts.ts';

const alone = (scenario: Scenario, moto: boolean): Act => ({
  scenarios: [scenario],
  moto,
  sideBySide: false,
});

/** What lists all that an account has comes first, and what makes a balancer before what shares it. */
export const ACTS: readonly Act[] = [
  ...[
    absences,
    alarms,
    certificates,
    groups,
    images,
    metrics,
    records,
    repositories,
    roles,
    sessions,
    zones,
  ].map((scenario) => alone(scenario, true)),
  alone(batches, false),
  ...provisioningActs,
  defaultsAct,
  calmAct,
  movingAct,
  membersAct,
  permissionsAct,
  ...hostActs,
  appRunnerAct,
];

export const scenariosOf = (acts: readonly Act[]): readonly Scenario[] =>
  acts.flatMap((act) => act.scenarios);
