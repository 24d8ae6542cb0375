import type { Mutant } from './mutant.ts';

/** Of the code that deploys, deletes, retires and reports. */
export const deploymentMutants: readonly Mutant[] = [
  {
    name: 'a repository that a lost request made is not looked for',
    file: 'src/aws/ecr-repository.ts',
    from: 'if (!seen.leftInDoubt && !isRepositoryThere(cause)) throw error;',
    to: 'if (!isRepositoryThere(cause)) throw error;',
    tests: 'wire/the-image-of-a-commit',
  },
  {
    name: 'a command that was stopped with exit code 0 succeeded',
    file: 'src/deploy-express/apply/judge-command.ts',
    from: 'return endedByItself(task) && task.exitCode === 0 &&',
    to: 'return task.exitCode === 0 &&',
    tests: 'deploy-express/a-command-is-judged',
  },
  {
    name: 'a new service that only its own network reaches is green',
    file: 'src/deploy-express/apply/smoke-test.ts',
    from: "    if (facts.outcome === 'created') requirePublic(job);\n",
    to: '',
    tests: 'deploy-express/(the-url-has-to-answer|a-first-deployment)',
  },
  {
    name: 'a refusal settles what became of a lost attempt before it',
    file: 'src/aws/doubt.ts',
    from: 'context.leftInDoubt ||= leavesInDoubt(cause);',
    to: 'context.leftInDoubt = leavesInDoubt(cause);',
    tests: 'deploy-express/a-lost-answer',
  },
  {
    name: 'a preview is deployed for a pull request that was closed meanwhile',
    file: 'src/deploy-express/preview/decide.ts',
    from: "if (decision.kind === 'deploy' && !wanted) {",
    to: "if (decision.kind === 'deploy' && !wanted && now.number < 0) {",
    tests: 'previews/a-pull-request-closed-meanwhile',
  },
  {
    name: 'a comment of anybody with our marker is ours',
    file: 'src/github/sticky-comment.ts',
    from: 'const isOwn = user?.login !== undefined && bareLogin(user.login) === viewer;',
    to: 'const isOwn = user?.login !== undefined && viewer !== undefined;',
    tests: 'previews/the-comment-is-our-own',
  },
  {
    name: 'nobody looks whether blue is needed before it is retired',
    file: 'src/shift-traffic/apply/retire.ts',
    from: 'if (because === undefined) return;',
    to: 'if (because === undefined || because.length > 0) return;',
    tests: 'shift-traffic/(blue-is-looked-at|a-domain-moves)',
  },
  {
    name: 'a retirement that nobody answered is taken for done',
    file: 'src/shift-traffic/apply/retire.ts',
    from: "  if (became === 'in-doubt') await waitForState(service, wanted, job);\n",
    to: "  if (became === 'in-doubt' && service.arn === '') await waitForState(service, wanted, job);\n",
    tests: 'shift-traffic/blue-is-looked-at',
  },
  {
    name: 'a failing health check of blue is no news after a rollback',
    file: 'src/shift-traffic/apply/blue-unserved.ts',
    from: 'if ([...checks.values()].every((check) => describeFailing(check) === undefined)) return undefined;',
    to: 'if (checks.size >= 0) return undefined;',
    tests: 'shift-traffic/a-check-of-blue',
  },
  {
    name: 'the newest configuration is taken for the one that was deployed',
    file: 'src/deploy-express/apply/confirm-running.ts',
    from: 'if (ours !== undefined) return ours;',
    to: 'if (ours !== undefined || configurations.length > 0) return ours ?? configurations[0];',
    tests: 'deploy-express/(waiting-never|what-took-long|an-update|a-deployment-is-known)',
  },
  {
    name: 'an image that runs instead of the one that was deployed is no failure',
    file: 'src/deploy-express/apply/confirm-running.ts',
    from: 'if (wanted === undefined || runs === wanted) return;',
    to: 'if (wanted === undefined || runs !== undefined) return;',
    tests: 'deploy-express/(an-image-is-deployed|a-task-definition-is-deployed)',
  },
];
