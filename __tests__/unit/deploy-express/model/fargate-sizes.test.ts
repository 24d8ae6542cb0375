import {
  fargatePairProblem,
  parseCpuUnits,
  parseMemoryMib,
} from '../../../../src/deploy-express/model/fargate.ts';

test.each([
  ['256', 256],
  ['16384', 16384],
  ['1', 1024],
  ['0.25', 256],
  ['.5', 512],
  ['1 vCPU', 1024],
  ['0.25 vCPU', 256],
  ['16vcpu', 16384],
])('cpu %s is %d units', (raw, units) => {
  expect(parseCpuUnits(raw)).toEqual({ ok: true, value: units });
});

test.each([
  ['512', 512],
  ['122880', 122880],
  ['2', 2048],
  ['0.5', 512],
  ['2 GB', 2048],
  ['0.5 GB', 512],
  ['2GB', 2048],
  ['120', 122880],
  ['2048 MiB', 2048],
])('memory %s is %d MiB', (raw, mib) => {
  expect(parseMemoryMib(raw)).toEqual({ ok: true, value: mib });
});

test.each(['300', '0', '31', '3', '0.3 vCPU', '256 vCPU', '1024m', '-1', '1e3', '', 'vCPU', '1.'])(
  'cpu %p is no Fargate size',
  (raw) => {
    expect(parseCpuUnits(raw)).toMatchObject({ ok: false, problem: { seen: JSON.stringify(raw) } });
  },
);

test.each(['700', '0', '255', '512 GB', '2 TB', '0.7 GB', '122881', '-1', '', 'GB'])(
  'memory %p is no Fargate size',
  (raw) => {
    expect(parseMemoryMib(raw)).toMatchObject({ ok: false, problem: { seen: JSON.stringify(raw) } });
  },
);

test.each([
  [256, [512, 2048], [4096, 768]],
  [512, [1024, 4096], [512, 5120]],
  [1024, [2048, 8192], [1024, 9216]],
  [2048, [4096, 16384], [3072, 17408]],
  [4096, [8192, 30720], [7168, 31744]],
  [8192, [16384, 20480, 61440], [17408, 65536]],
  [16384, [32768, 40960, 122880], [36864, 131072]],
])('cpu %d goes with %p, not with %p', (cpuUnits, fitting, others) => {
  for (const memoryMib of fitting) expect(fargatePairProblem(cpuUnits, memoryMib)).toBeUndefined();
  for (const memoryMib of others) {
    expect(fargatePairProblem(cpuUnits, memoryMib)).toMatch(
      `cpu ${cpuUnits} does not go with memory ${memoryMib}; wanted a Fargate size`,
    );
  }
});

test('half a pair is no problem yet', () => {
  expect(fargatePairProblem(256, undefined)).toBeUndefined();
  expect(fargatePairProblem(undefined, 512)).toBeUndefined();
});
