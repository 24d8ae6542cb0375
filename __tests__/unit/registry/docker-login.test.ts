import { findLogin } from '../../../src/registry/docker-login.ts';

const config = {
  auths: {
    'ghcr.io': { auth: 'Z2hjcg==' },
    'https://index.docker.io/v1/': { auth: 'aHVi' },
    'https://quay.io': { auth: 'cXVheQ==' },
    'helper.example': {},
    'empty.example': { auth: '' },
    'odd.example': { auth: 7 },
  },
};

test.each([
  ['ghcr.io', 'Basic Z2hjcg=='],
  ['registry-1.docker.io', 'Basic aHVi'],
  ['quay.io', 'Basic cXVheQ=='],
  ['helper.example', undefined],
  ['empty.example', undefined],
  ['odd.example', undefined],
  ['other.example', undefined],
  // A login is for its host alone.
  ['io', undefined],
  ['evil-ghcr.io', undefined],
])('the login for %s', (host, expected) => {
  expect(findLogin(config, host)).toBe(expected);
});

test.each([[null], [undefined], [[]], ['text'], [{}], [{ auths: null }], [{ auths: { 'ghcr.io': null } }]])(
  'there is no login in %p',
  (odd) => {
    expect(findLogin(odd, 'ghcr.io')).toBeUndefined();
  },
);
