// What policy_bench decides, asked of the Cedar engine in its WebAssembly package: policies parsed before, one request after the
// other. Prints nanoseconds of wall time per decision: the median of many rounds, and the fastest.
import cedar from '@cedar-policy/cedar-wasm/nodejs';

const role = { type: 'Role', id: 'arn:aws:iam::123456789012:role/ec2_s3access_role' };
const action = { type: 'Action', id: 's3:GetObject' };
const object = { type: 'Object', id: 'arn:aws:s3:::my-bucket/reports/2026/11/23.csv' };
const bucket = (name) => ({ type: 'Bucket', id: name });
const entities = [
  { uid: role, attrs: { arn: role.id }, parents: [] },
  { uid: object, attrs: { arn: object.id }, parents: [bucket('my-bucket')] },
  { uid: bucket('my-bucket'), attrs: {}, parents: [] },
  { uid: action, attrs: {}, parents: [{ type: 'Action', id: 's3:Get*' }, { type: 'Action', id: 's3:*' }] },
  { uid: { type: 'Action', id: 's3:Get*' }, attrs: {}, parents: [] },
  { uid: { type: 'Action', id: 's3:*' }, attrs: {}, parents: [] },
];
const context = (vpce) => ({ sourceVpce: vpce, secureTransport: true, tagTeam: 'none',
                             sourceIp: { __extn: { fn: 'ip', arg: '10.1.0.17' } } });

// The reference bucket policy, AmazonS3FullAccess, and the endpoint's policy, which allows everything.
const reference = `
  forbid(principal, action in Action::"s3:*", resource in Bucket::"my-bucket")
    unless { principal == Role::"arn:aws:iam::123456789012:root" || principal == Role::"arn:aws:iam::123456789012:user/admin" ||
             context.sourceVpce == "vpce-1111111111111111a" };
  permit(principal == Role::"${role.id}", action in Action::"s3:*", resource);`;

// Ten times fifty statements, as policy_bench writes them.
function many() {
  const actions = ['action in [Action::"s3:PutObject", Action::"s3:DeleteObject"]', 'action in Action::"s3:Get*"',
                   'action in [Action::"ec2:Describe*", Action::"ec2:RunInstances"]', 'action == Action::"iam:PassRole"',
                   'action in [Action::"s3:GetObject", Action::"s3:GetObjectVersion"]'];
  const conditions = ['', 'when { context.sourceIp.isInRange(ip("203.0.113.0/24")) || context.sourceIp.isInRange(ip("198.51.100.0/24")) }',
                      'when { context.tagTeam == "red" }', 'when { context.secureTransport == false }'];
  let text = reference.slice(0, reference.indexOf('permit'));
  for (let p = 0; p < 10; ++p)
    for (let s = 0; s < 50; ++s) {
      const last = p === 9 && s === 49;
      text += `${s % 7 === 3 && !last ? 'forbid' : 'permit'}(principal == Role::"${role.id}", ` +
              `${last ? 'action == Action::"s3:GetObject"' : actions[(p + s) % 5]}, ` +
              `resource in Bucket::"${last ? 'my-bucket' : `bucket-${p}-${s}`}") ${last ? '' : conditions[(p * 3 + s) % 4]};\n`;
    }
  return text;
}

function measure(name, id, policies, vpce, expected) {
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: policies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const call = { principal: role, action, resource: object, context: context(vpce), preparsedPolicySetId: id, entities };
  const decide = () => {
    const answer = cedar.statefulIsAuthorized(call);
    if (answer.type !== 'success' || answer.response.decision !== expected) throw new Error(JSON.stringify(answer));
  };
  for (let i = 0; i < 2000; ++i) decide();
  const rounds = 50, calls = 200, times = [];
  for (let round = 0; round < rounds; ++round) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; ++i) decide();
    times.push(Number(process.hrtime.bigint() - start) / calls);
  }
  times.sort((a, b) => a - b);
  console.log(`${name.padEnd(44)} ${times[rounds / 2].toFixed(0).padStart(8)} ns (fastest ${times[0].toFixed(0)})`);
}

console.log(`# Cedar ${cedar.getCedarVersion()} as WebAssembly, Node.js ${process.version}; each call passes its entities as JSON`);
measure('reference policy + S3FullAccess: allowed', 'reference', reference, 'vpce-1111111111111111a', 'allow');
measure('reference policy + S3FullAccess: denied', 'reference', reference, 'vpce-2222222222222222b', 'deny');
measure('50 statements x 10 policies: allowed', 'many', many(), 'vpce-1111111111111111a', 'allow');
