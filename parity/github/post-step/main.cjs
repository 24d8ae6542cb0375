const { appendFileSync } = require('node:fs');

appendFileSync(process.env.GITHUB_STATE, 'remembered=yes\n');
appendFileSync(process.env.GITHUB_ENV, 'PARITY_OF_THE_JOB=yes\n');
