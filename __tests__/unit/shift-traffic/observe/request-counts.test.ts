import { countGreenRequests } from '../../../../src/shift-traffic/observe/request-counts.ts';
import { now, observedShift } from '../../../helpers/observed-shift.ts';
import { shiftInputs } from '../../../helpers/shift-inputs.ts';

test('requests to no target group are not none, but unknown', async () => {
  const { green } = observedShift(shiftInputs(), []);
  if (green === undefined) throw new Error('no green');
  const bare = { ...green, ingress: { ...green.ingress, targetGroupArns: [] } };
  await expect(countGreenRequests(bare, { startedAt: now - 60_000, endsAt: now }, now)).rejects.toThrow(
    'names no target group of green',
  );
});
