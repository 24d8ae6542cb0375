// The post step takes back what a cancelled job began. It is the same bundle, told by this word which part it plays: the
// runner does not say, and a second bundle would double what every job downloads.
process.argv[2] = 'post';
require('../dist/shift-traffic/index.js');
