import { findMissing, type NamedTest } from '../helpers/named-test.ts';
import { listFiles, readText, stripComments } from '../helpers/source-tree.ts';

/**
 * An error code of AWS may have several causes, and a branch on it takes it for one of them. Each place that branches is
 * here, with each documented cause, what it is taken for, and the test that plays it. Places are found in the source, so
 * that a new one without its causes is red.
 */
type Cause = readonly [cause: string, takenFor: string, test: NamedTest];

const ecs = 'wire/deploy-express/';
const shift = 'wire/shift-traffic/';
const weather: NamedTest = [
  `${ecs}bad-weather-is-outlasted`,
  'looks that fail in a row while it waits do not end it',
];
const command = `${ecs}a-command-runs-before-the-deployment`;
const doubt = `${ecs}a-command-in-doubt-is-said-and-found`;
const image = 'wire/the-image-of-a-commit-is-made-once-and-kept';
const official: NamedTest = [
  `${ecs}a-workflow-of-the-official-action-runs-unchanged`,
  'with a role that may do what the official README lists, and nothing else',
];
const planRole: NamedTest = [
  'wire/roles/the-plan-role-sees-enough-and-needs-all-of-it',
  '%s a plan says what it can',
];

const places: Readonly<Record<string, readonly Cause[]>> = {
  'aws/services isClusterMissing': [
    [
      'no such cluster, or one of another Region',
      'refused by name',
      [
        `${ecs}a-first-deployment-creates-what-is-missing`,
        'a cluster that is missing is refused by name, and nothing is changed',
      ],
    ],
    [
      'the same, when there is to be no service',
      'gone',
      [`${ecs}deleting-removes-only-what-it-made`, 'so it is in a cluster that is not there'],
    ],
  ],
  'aws/services failures of DescribeServices': [
    [
      'MISSING',
      'no service',
      [`${ecs}deleting-removes-only-what-it-made`, 'when there is none (%s), it was gone already'],
    ],
    [
      'any other reason',
      'not seen: red',
      [
        `${ecs}an-update-changes-what-was-asked-and-keeps-the-rest`,
        'that ECS could not show the service is no word of its absence: %s',
      ],
    ],
    [
      'none, and no service either',
      'not seen: red',
      [
        `${ecs}an-update-changes-what-was-asked-and-keeps-the-rest`,
        'an answer with neither the service nor a word of it is none of its absence: %s',
      ],
    ],
    [
      'any other reason, of a preview',
      'not seen: red',
      [
        'wire/previews/a-sweep-finds-what-was-left-behind',
        'a preview that ECS could not show is not taken for none: the sweep is red',
      ],
    ],
  ],
  'aws/deployments failures of DescribeServiceDeployments': [
    [
      'MISSING, for some seconds after it began',
      'waited for, never success',
      [
        `${ecs}waiting-never-ends-green-for-want-of-an-answer`,
        'a deployment that never appears is a failure',
      ],
    ],
    [
      'any other reason',
      'not seen: red',
      [
        `${ecs}waiting-never-ends-green-for-want-of-an-answer`,
        'that ECS could not show the deployment is no word of its being too new to be seen',
      ],
    ],
  ],
  'aws/deployments failures of DescribeServiceRevisions': [
    [
      'the revision is not shown',
      'not known, never equal',
      [`${ecs}an-image-is-deployed-by-what-its-tag-names`, 'the revision that runs is not shown'],
    ],
    [
      'the same, after a success',
      'not compared, and said',
      [
        `${ecs}waiting-never-ends-green-for-want-of-an-answer`,
        'where the revision is not shown after the end, it is said that the image was not compared',
      ],
    ],
  ],
  'aws/diagnostics failures of DescribeTasks': [
    [
      'ECS forgot the task',
      'left out of the explanation',
      [
        `${ecs}bad-weather-is-outlasted`,
        'what explains a failure and hangs is left out, and named, after ten seconds',
      ],
    ],
  ],
  'aws/ecr failures of BatchGetImage': [
    [
      'ImageNotFound',
      'no such tag',
      [image, 'a missing repository is created as asked, and the image deployed by its digest'],
    ],
    [
      'archived, its key or its upstream not to be had',
      'not seen: red',
      [image, 'an image that ECR has and cannot give is not taken for none'],
    ],
  ],
  'aws/ecr failures of BatchDeleteImage': [
    ['ImageNotFound', 'gone', ['wire/previews/what-is-built-goes-with-the-preview', "['ImageNotFound', "]],
    [
      'an index holds it, and the like',
      'said to stay',
      ['wire/previews/what-is-built-goes-with-the-preview', "'ImageReferencedByManifestList',"],
    ],
  ],
  'aws/ecr isImageThere': [
    [
      'the image has the tag already',
      'done',
      [image, 'with mutable tags the image of before keeps a tag, so that it is never expired'],
    ],
  ],
  'aws/ecr isRepositoryMissing': [
    [
      'no such repository: none of its tags is left',
      'gone',
      [
        'wire/previews/what-is-built-goes-with-the-preview',
        'a repository that is gone has no images to delete',
      ],
    ],
  ],
  'aws/ecr-image failures of BatchGetImage': [
    [
      'ImageNotFound',
      'refused',
      [
        `${ecs}an-image-is-deployed-by-what-its-tag-names`,
        'an image tag that ECR does not have is refused before anything is changed',
      ],
    ],
    [
      'UpstreamUnavailable, KmsError, …',
      'not known: sent',
      [
        `${ecs}an-image-is-deployed-by-what-its-tag-names`,
        'a failure of ECR that is not "no such image" is no refusal',
      ],
    ],
  ],
  'aws/ecr-image isRepositoryMissing': [
    [
      'none, or a pull-through cache that makes it on pull',
      'not known: sent, and said',
      ['wire/an-image-in-ecr-is-looked-up', 'repository-missing'],
    ],
  ],
  'aws/ecr-image-tags isImageMissing': [
    [
      'deleted, or the digest of another registry',
      'not claimed',
      [`${shift}a-plan-shows-the-commit-of-green`, 'an image that is not there'],
    ],
  ],
  'aws/ecr-image-tags isRepositoryMissing': [
    [
      'deleted, or never there',
      'not claimed',
      [`${shift}a-plan-shows-the-commit-of-green`, 'a repository that is not there'],
    ],
  ],
  'aws/ecr-repository isRepositoryMissing': [
    [
      'no such repository',
      'made',
      [image, 'a missing repository is created as asked, and the image deployed by its digest'],
    ],
    [
      'the same, after requests that nobody answered',
      'red',
      [image, 'a repository that was not made, by requests that nobody answered, is missing still'],
    ],
  ],
  'aws/ecr-repository isRepositoryThere': [
    [
      'another job made it',
      'taken as found',
      [image, 'a repository that another job makes meanwhile is taken as found'],
    ],
    [
      'an attempt of ours did, and its reply was lost',
      'finished',
      [image, 'a repository whose making was answered to nobody is finished: the reply is lost %s'],
    ],
  ],
  'aws/app-runner isWrongState': [
    [
      'a first request of ours to delete, whose reply was lost',
      'waited for, done',
      [
        `${shift}blue-is-looked-at-before-it-is-retired`,
        'it goes when nothing leads to it any more, though the reply is lost',
      ],
    ],
    [
      'a first request of ours to pause, whose reply was lost',
      'waited for, done',
      [`${shift}blue-is-looked-at-before-it-is-retired`, 'one request is enough, though its reply is lost'],
    ],
    [
      'somebody else paused it',
      'done',
      [`${shift}blue-is-looked-at-before-it-is-retired`, 'is nothing to do where somebody else has'],
    ],
    [
      'another operation is running',
      'red',
      [
        `${shift}blue-is-looked-at-before-it-is-retired`,
        'is refused in the words of App Runner while another operation is running',
      ],
    ],
    [
      'another operation is running, and a request of ours got lost',
      'waited for, then red',
      [
        `${shift}blue-is-looked-at-before-it-is-retired`,
        'a request that got lost is not taken for done because another operation is running',
      ],
    ],
  ],
  'aws/attempts leavesInDoubt': [
    [
      'no answer, or a 5xx',
      'read what is there; whose it is may stay open',
      [image, 'a repository of which nobody knows who made it is left as it is, and that is said'],
    ],
    [
      'the change was made, and the reply lost',
      'the records tell',
      [
        `${shift}bad-weather-leaves-start-or-target`,
        'a change whose every reply is lost is found in the records',
      ],
    ],
    [
      'refused at the first attempt: somebody else made it',
      "not this job's",
      [
        `${shift}a-change-is-told-as-it-was-seen`,
        'of two equal shifts at once one owns the change, and the other takes nothing back',
      ],
    ],
    [
      'a task was started, and nobody heard of it',
      'found by who started it',
      [command, 'RunTask: no reply at all, and it is found by who started it'],
    ],
    [
      'a task was started, nobody heard of it, and the next attempt was refused',
      'found by who started it',
      [doubt, '%s: its task is found, and is the one'],
    ],
    [
      'no task was started',
      'red, and said not to be known',
      [command, 'RunTask: no reply, and none is found: red, and said'],
    ],
  ],
  'aws/http-listener isListenerThere': [
    [
      'somebody made a listener there meanwhile',
      'looked at again: a redirect will do, anything else is left alone and said',
      [
        `${ecs}http-leads-to-https-when-asked`,
        'one that somebody else makes right before ours counts, whatever it does',
      ],
    ],
    [
      'the same, and it is gone again',
      'not understood: red',
      [
        `${ecs}http-leads-to-https-when-asked`,
        'one that was in the way and is gone again is said: nobody knows who makes and deletes it',
      ],
    ],
  ],
  'aws/doubt leavesInDoubt': [
    [
      'no answer, or a 5xx: what was asked for may have been done',
      'said, with how to look',
      [`${ecs}a-lost-answer-may-have-done-it`, '%s: what may have been done is said'],
    ],
  ],
  'aws/certificate-request isCertificateMissing': [
    [
      'deleted since it was listed',
      'not ours',
      [
        `${ecs}a-certificate-is-requested-when-asked`,
        "one of somebody else's that is deleted after it was listed is not ours, and not in the way",
      ],
    ],
  ],
  'aws/certificate-zones unlessDenied': [
    [
      'denied',
      'not known, and said where the records are made',
      [
        `${ecs}a-certificate-is-requested-when-asked`,
        'where the role may not read the records, the error is that of making them',
      ],
    ],
  ],
  'aws/certificates isCertificateMissing': [
    [
      'no such certificate, or one of another account',
      'refused',
      [`${ecs}custom-domains-that-cannot-be-had-are-refused`, 'that is given %s'],
    ],
  ],
  'aws/listener aws-unavailable': [
    [
      'throttled, and others wrote the rule before the repeat',
      'repeated on what the rule has by then',
      [
        `${ecs}two-jobs-share-a-listener-rule`,
        'a write that met a %s is repeated on what the rule has by then',
      ],
    ],
    [
      'the rule is written, and the reply lost',
      'read again, and done if it has the host',
      [
        `${ecs}two-jobs-share-a-listener-rule`,
        'a write that met a %s is repeated on what the rule has by then',
      ],
    ],
  ],
  'aws/route-53-changes explainInvalidChangeBatch': [
    [
      'the records are not as planned',
      'state-changed',
      [
        `${shift}a-sick-green-is-rolled-back`,
        'a stranger who changed the records meanwhile is not overwritten',
      ],
    ],
    [
      'the target is gone, a wrong zone id, …',
      'its own words',
      [`${shift}a-change-is-told-as-it-was-seen`, 'has its own words and a code of its own'],
    ],
  ],
  'aws/route-53-health-checks isHealthCheckMissing': [
    [
      'none of this id in the account',
      'refused',
      [`${shift}green-has-a-health-check`, 'one that is not there is refused before anything is changed'],
    ],
  ],
  'aws/route-53-changes isHealthCheckMissing': [
    [
      'one that a record has was deleted',
      'health-check-missing',
      [`${shift}green-has-a-health-check`, 'one that was deleted holds a step, and no rollback'],
    ],
  ],
  'aws/route-53-zones isZoneMissing': [
    [
      'none of this id in the account',
      'refused by name',
      [`${shift}each-pitfall-has-its-own-refusal`, '%s is refused by name'],
    ],
    [
      'the same, for the records of a certificate',
      'refused before anything is requested',
      [`${ecs}a-certificate-is-requested-when-asked`, 'before a certificate is requested, a zone is refused'],
    ],
  ],
  'shift-traffic/observe/health-check unlessDenied': [
    [
      'denied',
      'said, and left to Route 53',
      [`${shift}green-has-a-health-check`, 'one that the role may not look for is set, and that is said'],
    ],
  ],
  'shift-traffic/observe/commits access-denied': [
    [
      'denied, by the role or by the repository',
      'not known, and said',
      [`${shift}a-plan-shows-the-commit-of-green`, 'the role may not ask'],
    ],
  ],
  'shift-traffic/observe/health-check access-denied': [
    [
      'the role may not ask for the state',
      'said, and nothing is held by it',
      [
        `${shift}a-check-that-fails-gives-green-no-more`,
        'when the role may not ask, the step is made, and the permission is named',
      ],
    ],
  ],
  'shift-traffic/observe/health-check aws-unavailable': [
    [
      'the state is not told',
      'not known: a watch stays open',
      [
        `${shift}a-check-that-fails-gives-green-no-more`,
        'one that %s when the watch ends leaves the step open, and the weights',
      ],
    ],
  ],
  'shift-traffic/observe/watched aws-unavailable': [
    [
      'CloudWatch does not answer',
      'not seen: it is watched all the same, by its probes',
      [`${shift}a-monitor-watches-what-it-can`, '%s keeps no sick green from being taken back'],
    ],
  ],
  'shift-traffic/apply/look-at-checks aws-unavailable': [
    [
      'the health check is not told',
      'not known: a watch stays open',
      [
        `${shift}a-check-that-fails-gives-green-no-more`,
        'one that %s when the watch ends leaves the step open, and the weights',
      ],
    ],
  ],
  'aws/route-53-changes namesProtection': [
    [
      'a record set protection',
      'record-protected',
      [`${shift}a-change-is-told-as-it-was-seen`, 'says that a protection is in the way of mode: %s'],
    ],
  ],
  'deploy-express/apply/service isNotIdempotent': [
    [
      'a first request of ours, whose reply was lost',
      'ours',
      [
        `${ecs}bad-weather-is-outlasted`,
        'on create leaves one service, and the job waits for its deployment',
      ],
    ],
    [
      'somebody else made another service',
      'planned anew',
      [
        `${ecs}a-name-that-was-free-may-be-taken`,
        'two first deployments of one name at once: the second updates what the first made',
      ],
    ],
    [
      'somebody else made an equal one',
      'one deployment',
      [`${ecs}a-name-that-was-free-may-be-taken`, 'two that are equal make one service of one deployment'],
    ],
    [
      'an equal one that is not ours',
      'updated',
      [
        `${ecs}a-name-that-was-free-may-be-taken`,
        'an equal service whose tags are not ours is not said to be created',
      ],
    ],
  ],
  'deploy-express/apply/service isRoleNotReady': [
    [
      'a role made seconds ago',
      'waited for',
      [
        `${ecs}bad-weather-is-outlasted`,
        'a role that was made seconds ago is waited for, on create and on update',
      ],
    ],
    ['a real denial', 'red', ['unit/aws/failures', 'a real denial']],
  ],
  'deploy-express/apply/service isStillDraining': [
    ['a former service drains', 'waited for', ['unit/aws/failures', 'a create while draining']],
  ],
  'deploy-express/apply/delete isServiceNotActive': [
    [
      'a first request of ours, whose reply was lost',
      'gone',
      [`${ecs}deleting-removes-only-what-it-made`, 'a reply that is lost is no failure'],
    ],
    [
      'somebody else deleted it',
      'gone',
      [
        'wire/previews/a-pull-request-closed-meanwhile-keeps-no-preview',
        'closed and deleted by its own job while it is deployed: green as well',
      ],
    ],
  ],
  'deploy-express/apply/delete isServiceMissing': [
    ['ECS forgot it meanwhile', 'gone', ['unit/aws/failures', 'a missing service, said by name']],
    ['an invalid parameter of another kind', 'red', ['unit/aws/failures', 'another invalid parameter']],
  ],
  'deploy-express/apply/service isServiceNotActive': [
    [
      'somebody else deleted it',
      'told at once',
      [
        `${ecs}what-took-long-is-looked-at-again`,
        'a service that is deleted before its update is sent, and %s, is told at once',
      ],
    ],
    [
      'the same, and made it anew',
      'planned anew',
      [
        `${ecs}what-took-long-is-looked-at-again`,
        'one that somebody makes anew in the meantime is planned for, by what it is now',
      ],
    ],
  ],
  'deploy-express/apply/service isServiceMissing': [
    [
      'ECS forgot it meanwhile',
      'told at once',
      [
        `${ecs}what-took-long-is-looked-at-again`,
        'a service that is deleted before its update is sent, and %s, is told at once',
      ],
    ],
    ['an invalid parameter of another kind', 'red', ['unit/aws/failures', 'another invalid parameter']],
  ],
  'deploy-express/observe/still isServiceMissing': [
    [
      'ECS forgot it meanwhile',
      'told at once',
      [
        `${ecs}what-took-long-is-looked-at-again`,
        'a service that is gone when a role has been waited for is told at once',
      ],
    ],
    ['an invalid parameter of another kind', 'red', ['unit/aws/failures', 'another invalid parameter']],
  ],
  'deploy-express/apply/service isTaggingDenied': [
    [
      'only our own tag was to be set',
      'made without it, and said',
      [
        `${ecs}a-workflow-of-the-official-action-runs-unchanged`,
        'it may not tag, so the service goes without our tag, and deleting it asks for force',
      ],
    ],
    [
      'tags of the user were to be set',
      'red',
      [
        `${ecs}a-workflow-of-the-official-action-runs-unchanged`,
        'tags that were asked for are not left out: without the right to set them there is no service',
      ],
    ],
  ],
  'deploy-express/observe/domains unlessDenied': [
    [
      'denied',
      'reported without its record',
      [
        `${ecs}custom-domains-that-cannot-be-had-are-refused`,
        'that waits is reported also where it may not be described',
      ],
    ],
  ],
  'aws/log-groups isLogGroupThere': [
    [
      'another job made it, or an attempt whose reply was lost',
      'there',
      [command, 'a log group that %s is as good'],
    ],
  ],
  'aws/tasks failures of DescribeTasks': [
    [
      'MISSING, right after it was started',
      'waited for',
      [command, 'with the image that is about to be deployed, and as the service is, before it is updated'],
    ],
    [
      "MISSING, of somebody else's that is listed",
      'there: waited for',
      [command, 'one that does not end is left alone, and nothing is deployed'],
    ],
  ],
  'aws/tasks failures of RunTask': [
    [
      'no capacity',
      'nothing was started: asked again',
      [command, 'no room on Fargate may be room in a minute'],
    ],
    ['any other reason', 'nothing was started: red', [command, 'when ECS starts nothing, and says why']],
  ],
  'aws/tasks isTokenTaken': [
    [
      'an earlier request had the token, and other parameters',
      'refused, with the task of that request',
      [command, 'is refused with the task it had: %s'],
    ],
    [
      'the same, and its task is of this very step and task definition',
      'its task is the one',
      [command, 'is gone on with where its task is shown to be our own'],
    ],
    [
      'a conflict of another kind',
      'red',
      [command, 'a conflict that names no task is none of the token, and red'],
    ],
  ],
  'deploy-express/apply/command unlessDenied': [
    [
      'denied',
      'runs without a log, and said',
      [command, 'without the right to make a log group it runs without a log, and that is said'],
    ],
  ],
  'deploy-express/apply/start-command namesCapacity': [
    [
      'no capacity',
      'nothing was started: asked again',
      [command, 'no room on Fargate may be room in a minute'],
    ],
  ],
  'deploy-express/observe/service unlessDenied': [['denied', 'not known, never equal', official]],
  'deploy-express/observe/previews unlessDenied': [['denied', 'not told', planRole]],
  'deploy-express/apply/confirm-running access-denied': [['denied', 'not compared, and said', official]],
  'deploy-express/apply/resources access-denied': [['denied', 'not compared, and said', official]],
  'shift-traffic/observe/sides unlessDenied': [
    [
      'denied',
      'DNS is asked instead',
      [
        `${shift}ipv6-moves-along-or-nothing-does`,
        'a CNAME to a blue with IPv6 becomes a pair for each type, though green has none',
      ],
    ],
  ],
  'shift-traffic/observe/neighbours unlessDenied': [
    [
      'denied',
      'the zone alone tells',
      [
        `${shift}several-names-are-one-move`,
        'where App Runner may not be asked, the zone tells what leads to blue',
      ],
    ],
  ],
  'aws/route-53-protections access-denied': [
    ['denied', 'not told', [`${shift}several-names-are-one-move`, 'is not spoken of where the question %s']],
  ],
  'aws/route-53-protections aws-refused': [
    [
      'a Route 53 that does not know the question',
      'not told',
      [`${shift}several-names-are-one-move`, 'is not spoken of where the question %s'],
    ],
  ],
  'shift-traffic/observe/zone unlessDenied': [
    [
      'denied',
      'resolvers are asked instead',
      [`${shift}bad-weather-leaves-start-or-target`, '%s at any call leaves start or target, and helps'],
    ],
  ],
  'shift-traffic/observe/readiness unlessDenied': [
    [
      'denied',
      'the answer of green tells',
      [
        `${shift}each-step-is-checked-before-and-after`,
        'a certificate that is missing is seen by a role that may not look for one, too',
      ],
    ],
  ],
  'poll aws-unavailable': [['throttled, 5xx, no network', 'looked at again', weather]],
  'shift-traffic/apply/look-until-sure aws-unavailable': [
    [
      'throttled, 5xx, no network',
      'unproven, the weights stay',
      [`${shift}what-comes-beside-is-seen`, 'a look after the watch that is not answered leaves it unproven'],
    ],
  ],
  'shift-traffic/apply/insist aws-unavailable': [
    [
      'throttled, 5xx, no network',
      'tried again',
      [
        `${shift}the-post-step-does-what-is-owed`,
        'that Route 53 does not take is tried again while there is time',
      ],
    ],
    [
      'a read that is throttled, 5xx, no network',
      'asked again',
      [`${shift}a-way-back-insists`, 'asks again for %s'],
    ],
    [
      'any other',
      'owed to the post step',
      [
        `${shift}the-post-step-does-what-is-owed`,
        'that failed is made by the post step, also where a cancelled job is to be left as it is',
      ],
    ],
  ],
};

/** What the faults' files export to tell causes apart; `toActionError` only names them. */
const failures = ['fault', 'failures', 'refusals'].map((name) => `src/aws/${name}.ts`);
const predicates = [
  ...failures
    .map(readText)
    .join('\n')
    .matchAll(/^export (?:async )?function (is\w+|\w+Doubt|names\w+|explain\w+|unlessDenied)\b/gm),
].map(([, name = '']) => name);

/** Batch calls answer 200, and say of each member why it is not there. */
const models = listFiles('node_modules/@aws-sdk', '.d.ts')
  .filter((file) => /\/dist-types\/models\/models_\d+\.d\.ts$/.test(file))
  .map(readText)
  .join('\n');
function hasFailures(command: string): boolean {
  const shape = new RegExp(`interface ${command}(?:Response|Output|Result) \\{[\\s\\S]*?\\n\\}`).exec(
    models,
  )?.[0];
  return /^\s+failures\?:/m.test(shape ?? '');
}

function findPlaces(file: string): readonly string[] {
  const code = stripComments(readText(file));
  const called = predicates.filter((name) => code.includes(`${name}(`));
  const batches = [...code.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name).filter(hasFailures);
  const codes = [...code.matchAll(/\.code [!=]== '(access-denied|aws-\w+|credentials-\w+)'/g)].map(
    ([, code]) => code,
  );
  const place = file.slice('src/'.length, -'.ts'.length);
  return [...called, ...batches.map((name) => `failures of ${name}`), ...codes].map(
    (what) => `${place} ${what}`,
  );
}

test('every place that branches on what AWS refused has its causes', () => {
  const found = listFiles('src', '.ts')
    .filter((file) => !failures.includes(file))
    .flatMap(findPlaces);
  expect([...new Set(found)].toSorted()).toEqual(Object.keys(places).toSorted());
});

test('names of errors are read in these files alone', () => {
  const others = listFiles('src/aws', '.ts').filter((file) => !failures.includes(file));
  const readers = others.filter((file) =>
    /'\w+Exception'|\.httpStatusCode\b/.test(stripComments(readText(file))),
  );
  expect(readers).toEqual([]);
});

test('every cause is played by a test that is there', () => {
  expect(
    findMissing(
      Object.values(places)
        .flat()
        .map(([, , played]) => played),
    ),
  ).toEqual([]);
});
