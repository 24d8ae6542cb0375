import { findMissing, type NamedTest } from '../helpers/named-test.ts';
import { readText } from '../helpers/source-tree.ts';

/**
 * Between a look and the use of what it showed, the world goes on. Each fact that a plan or a verdict is made from is
 * here, with what may take long meanwhile and the test that changes the fact in that time, or in which it is not to be
 * had. The facts are read from the types, so that a new one without its row is red.
 */
type Row = readonly [meanwhile: string, test: NamedTest];

const ecs = 'wire/deploy-express/';
const shift = 'wire/shift-traffic/';
const built: Row = [
  'a build',
  [
    `${ecs}what-took-long-is-looked-at-again`,
    'a setting that another job changes during the build stays changed',
  ],
];
const waited: Row = [
  'the deployment of another job',
  [
    `${ecs}what-took-long-is-looked-at-again`,
    'after waiting for the deployment of another job, the service is as the inputs say, or made so',
  ],
];
const drained: Row = [
  'draining',
  [
    `${ecs}what-took-long-is-looked-at-again`,
    'a service that somebody makes while its former one drains is updated, not waited for',
  ],
];
const hung: Row = [
  'a call that hangs',
  [`${ecs}what-took-long-is-looked-at-again`, 'nothing is called unchanged by a look that took too long'],
];
const taken: Row = [
  'the request itself',
  [
    `${ecs}a-name-that-was-free-may-be-taken`,
    "a service of a preview's name that somebody makes meanwhile is not the preview",
  ],
];
const retired: Row = [
  'the last change of the records',
  [
    `${shift}blue-is-looked-at-before-it-is-retired`,
    'a name that somebody leads to blue while the records change keeps it',
  ],
];
const rolledBack: Row = [
  'a watch',
  [`${shift}the-world-goes-on-while-green-is-watched`, 'a rollback by somebody else is no "baked"'],
];
const certificate: Row = [
  'a watch',
  [
    `${shift}each-step-is-checked-before-and-after`,
    'a certificate that is gone when a watch ends has the step taken back, whatever the role may not see',
  ],
];
const host: Row = [
  'a watch',
  [
    `${shift}the-world-goes-on-while-green-is-watched`,
    'a host that another job took out of the listener rule is put there again',
  ],
];
const blueGone: Row = [
  'a watch',
  [
    `${shift}each-step-is-checked-before-and-after`,
    'a blue that went holds the rest: it could not be gone back to',
  ],
];
const blueDead: Row = [
  'refused on the spot',
  [
    `${shift}nobody-is-sent-back-to-a-dead-blue`,
    'by a shift downwards, which is refused; mode: rollback asks nobody, and says so',
  ],
];
const sick: Row = [
  'a watch',
  [
    `${shift}a-sick-green-is-rolled-back`,
    'when it stops answering, everything goes back to where the job began',
  ],
];
const deployed: Row = [
  'a watch',
  [`${shift}each-step-is-checked-before-and-after`, 'a deployment of green that began holds the rest'],
];
const stale: Row = [
  'the request itself: Route 53 compares',
  [
    `${shift}each-step-is-checked-before-and-after`,
    'a stranger who changed the weights is not overwritten, and said',
  ],
];
const together: Row = [
  'the request itself: Route 53 compares',
  [`${shift}several-names-are-one-move`, 'a stranger at one name holds all of them'],
];
const late: Row = [
  'CloudWatch, after the watch',
  [`${shift}cloudwatch-is-late`, 'a watch whose figures do not come stays open'],
];
const ipv6: Row = [
  'used at once',
  [
    `${shift}ipv6-moves-along-or-nothing-does`,
    'a CNAME to a blue with IPv6 becomes a pair for each type, though green has none',
  ],
];
const shown: Row = [
  'only shown',
  [`${shift}each-step-is-checked-before-and-after`, 'that nothing listens on port 80 of green is said'],
];
const zone: Row = ['used at once', [`${shift}names-are-followed-to-their-end`, 'is not changed by %s']];

const facts: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  'src/deploy-express/model/observed.ts Observed': {
    service: [built, drained, waited, taken],
    lookedUp: [
      [
        'the deployment',
        [
          `${ecs}an-image-is-deployed-by-what-its-tag-names`,
          'that is moved while it is deployed is found out: another image runs than was looked up',
        ],
      ],
      [
        'the deployment',
        [
          `${ecs}a-task-definition-is-deployed-by-what-its-tags-name`,
          'is not called deployed when ECS goes on with the image of before',
        ],
      ],
    ],
    domains: [
      [
        'the deployment, and after the write',
        [
          `${ecs}two-jobs-share-a-listener-rule`,
          'a host that another job takes away right after its write is put there again',
        ],
      ],
    ],
    http: [
      [
        'the deployment',
        [
          `${ecs}http-leads-to-https-when-asked`,
          'a deployment that takes the listener away ends with one that is made anew',
        ],
      ],
      [
        'the request itself',
        [
          `${ecs}http-leads-to-https-when-asked`,
          'one that somebody else makes right before ours counts, whatever it does',
        ],
      ],
    ],
  },
  'src/deploy-express/model/observed.ts ExpressObservation': {
    seenAt: [hung],
    serviceArn: [drained, taken],
    clusterArn: [drained],
    status: [
      drained,
      [
        'the request itself',
        [
          'wire/previews/a-pull-request-closed-meanwhile-keeps-no-preview',
          'closed and deleted by its own job while it is deployed: green as well',
        ],
      ],
    ],
    createdAt: [
      [
        'the deletion',
        [
          `${ecs}deleting-removes-only-what-it-made`,
          'is not waited for: the one that %s is gone, which is said',
        ],
      ],
    ],
    tags: [taken],
    infrastructureRoleArn: [taken],
    running: [
      built,
      waited,
      hung,
      [
        'the deployment',
        [
          `${ecs}a-name-that-was-free-may-be-taken`,
          'a revision that is not what was sent is a failure, whatever ECS says of its deployment',
        ],
      ],
      [
        'used at once',
        [
          `${ecs}a-task-definition-is-deployed-by-what-its-tags-name`,
          'is deployed again where ECS does not show which images run',
        ],
      ],
    ],
    deployment: [
      waited,
      [
        'its own deployment',
        [
          `${ecs}an-update-changes-what-was-asked-and-keeps-the-rest`,
          'a newer deployment takes its place: green for the newer, red for the one that was stopped',
        ],
      ],
    ],
    runningCount: [
      [
        'the deployment',
        [`${ecs}a-service-without-tasks-is-no-success`, 'a deployment that succeeds without a task is red'],
      ],
      [
        'nothing: there is nothing to change',
        [
          `${ecs}a-service-without-tasks-is-no-success`,
          'a task that comes up meanwhile is waited for, and nothing is sent',
        ],
      ],
    ],
    desiredCount: [
      [
        'the deployment',
        [`${ecs}a-service-without-tasks-is-no-success`, 'a deployment that succeeds without a task is red'],
      ],
    ],
  },
  'src/shift-traffic/model/observed.ts Observed': {
    intent: [stale],
    zone: [zone],
    names: [stale, together],
    blue: [blueGone, retired],
    green: [deployed, ['an approval', [`unit/shift-traffic/plan/plan`, 'another image']]],
    delegation: [zone],
    blueHasIpv6: [ipv6],
    greenHttp: [
      shown,
      [
        'the request itself',
        [
          `${ecs}http-leads-to-https-when-asked`,
          'one that somebody else makes right before ours counts, whatever it does',
        ],
      ],
    ],
    quiet: [retired],
    domains: [retired],
    otherNames: [retired],
    followers: [
      [
        'the last change of the records',
        [
          `${shift}who-follows-goes-only-to-a-green-that-has-him`,
          'blue is not retired while green does not have one of them',
        ],
      ],
    ],
    protections: [
      [
        'refused on the spot',
        [`${shift}several-names-are-one-move`, 'a protected record is named by the plan, with its comment'],
      ],
    ],
    greenCommits: [
      [
        'only shown',
        [`${shift}a-plan-shows-the-commit-of-green`, 'the tag that is a commit is shown, and asked for once'],
      ],
    ],
    healthChecks: [
      [
        'a watch',
        [
          `${shift}a-check-that-fails-gives-green-no-more`,
          'one that %s when the watch ends leaves the step open, and the weights',
        ],
      ],
      [
        'a step before',
        [`${shift}a-check-that-fails-gives-green-no-more`, 'one that fails before a further step holds it'],
      ],
      [
        'the request itself: Route 53 looks',
        [`${shift}green-has-a-health-check`, 'one that was deleted holds a step, and no rollback'],
      ],
    ],
    alarms: [
      [
        'the watch, which reads them at each look',
        [
          `${shift}green-is-watched-between-two-steps`,
          'an alarm that does not exist is red, as it would never go off, and keeps nobody from watching',
        ],
      ],
    ],
  },
  'src/shift-traffic/model/observed.ts ObservedName': {
    domain: [zone],
    records: [stale, rolledBack],
    state: [stale, rolledBack],
    externalDnsOwner: [
      [
        'an approval',
        [
          `${shift}each-pitfall-has-its-own-refusal`,
          'a mark of external-dns that appears after the plan is seen, too',
        ],
      ],
    ],
    wildcard: [
      [
        'used at once',
        [`${shift}each-pitfall-has-its-own-refusal`, '*.example.com, which leads to www.example.net'],
      ],
    ],
    health: [
      ['only shown', [`${shift}a-domain-moves-from-start-to-end`, 'the status tells how both sides are']],
    ],
    readiness: [blueGone, sick, certificate],
    greenReadiness: [certificate, host],
    blueAnswer: [blueDead],
  },
  'src/shift-traffic/model/measured.ts CountedRequests': {
    requests: [late],
    until: [late],
    isBehind: [late],
    visitors: [late],
    failed: [
      late,
      [
        'CloudWatch, after the watch',
        [`${shift}cloudwatch-is-late`, 'errors that come after the time of the watch take the step back'],
      ],
    ],
    balancerErrors: [late],
  },
  'src/shift-traffic/model/observed.ts GreenReadiness': {
    green: [sick],
    rules: [host],
    certificate: [certificate],
  },
  'src/shift-traffic/model/observed.ts Readiness': {
    blue: [
      blueGone,
      [
        'a watch, before a way back',
        [
          `${shift}nobody-is-sent-back-to-a-dead-blue`,
          'by a bad bake while green answers: the weights stay, and the job is red',
        ],
      ],
    ],
    deployment: [
      deployed,
      [
        'a watch',
        [
          `${shift}the-world-goes-on-while-green-is-watched`,
          'a deployment of green leaves it open which revision was watched',
        ],
      ],
    ],
    alarms: [
      [
        'a watch',
        [
          `${shift}green-is-judged-by-what-was-seen`,
          'that is deleted while it is watched leaves the step open',
        ],
      ],
    ],
    credentialsExpireAt: [
      [
        'all steps',
        [
          `${shift}each-step-is-checked-before-and-after`,
          'credentials that end before the steps and a rollback do forbid the first of them',
        ],
      ],
    ],
  },
};

test.each(Object.entries(facts))('each member of %s has its row', (place, rows) => {
  const [file = '', type = ''] = place.split(' ');
  const body =
    new RegExp(`export type ${type} = [^{;]*\\{\\n([\\s\\S]*?)\\n\\};`).exec(readText(file))?.[1] ?? '';
  const members = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  expect(members).toEqual(Object.keys(rows));
});

test('every change of a fact is played by a test that is there', () => {
  const rows = Object.values(facts).flatMap((members) => Object.values(members).flat());
  expect(findMissing(rows.map(([, played]) => played))).toEqual([]);
});
