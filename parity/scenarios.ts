import type { Scenario } from './scenario.ts';
import { certificates } from './scenarios/acm.ts';
import { alarms, metrics } from './scenarios/cloudwatch.ts';
import { images, repositories } from './scenarios/ecr.ts';
import { absences } from './scenarios/elastic-load-balancing.ts';
import { roles } from './scenarios/iam.ts';
import { groups } from './scenarios/logs.ts';
import { records, zones } from './scenarios/route-53.ts';
import { sessions } from './scenarios/sts.ts';

export const SCENARIOS: readonly Scenario[] = [
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
];
