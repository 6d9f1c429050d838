// The usual round trip by the AWS SDK for JavaScript v3: node javascript.mjs URL KEY SECRET. Fails on the first surprise.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetUserCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command,
  PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const [endpoint, accessKeyId, secretAccessKey] = process.argv.slice(2);
const settings = { endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
const s3 = new S3Client({ ...settings, forcePathStyle: true });
const md5 = (bytes) => createHash("md5").update(bytes).digest("hex");
const Bucket = "javascript-sdk";

await s3.send(new CreateBucketCommand({ Bucket }));

// A small object: the SDK sends a CRC32 of its own accord.
await s3.send(new PutObjectCommand({ Bucket, Key: "a/small.txt", Body: "Hello", ContentType: "text/plain", Metadata: { colour: "blå" } }));
const small = await s3.send(new GetObjectCommand({ Bucket, Key: "a/small.txt", ChecksumMode: "ENABLED" }));
assert.equal(await small.Body.transformToString(), "Hello");
assert.equal(small.ContentType, "text/plain");
assert.ok(small.ChecksumCRC32, "the checksum that was sent is returned");

// A stream of unknown hash: aws-chunked with a trailing checksum.
const bytes = randomBytes(1_000_000);
await s3.send(new PutObjectCommand({ Bucket, Key: "a/stream", Body: Readable.from([bytes]), ContentLength: bytes.length }));
const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a/stream" }));
assert.equal(head.ContentLength, bytes.length);
assert.equal(head.ETag, `"${md5(bytes)}"`);

// Several parts.
const big = randomBytes(12 << 20);
await new Upload({ client: s3, params: { Bucket, Key: "b/big", Body: Readable.from([big]) }, partSize: 5 << 20 }).done();
const part = await s3.send(new GetObjectCommand({ Bucket, Key: "b/big", Range: "bytes=5242870-5242890" }));
assert.deepEqual(Buffer.from(await part.Body.transformToByteArray()), big.subarray(5242870, 5242891));
const whole = await s3.send(new GetObjectCommand({ Bucket, Key: "b/big" }));
assert.equal(md5(Buffer.from(await whole.Body.transformToByteArray())), md5(big));

// Presigned.
const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "a/small.txt" }), { expiresIn: 60 });
assert.equal(await (await fetch(url)).text(), "Hello");
assert.equal((await fetch(url.replace("small", "other"))).status, 403, "another key than the signed one");

const listed = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
assert.deepEqual(listed.CommonPrefixes.map((one) => one.Prefix), ["a/", "b/"]);
await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "missing" })), { name: "NoSuchKey" });
const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: ["a/small.txt", "a/stream", "b/big"].map((Key) => ({ Key })) } }));
assert.equal(deleted.Deleted.length, 3);
await s3.send(new DeleteBucketCommand({ Bucket }));

const identity = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
assert.equal(identity.Arn, "arn:aws:iam::123456789012:root");
assert.ok((await new IAMClient(settings).send(new GetUserCommand({}))).User.Arn.endsWith(":root"));
assert.ok((await new EC2Client(settings).send(new DescribeRegionsCommand({}))).Regions.some((one) => one.RegionName === "eu-west-1"));
await assert.rejects(
  new STSClient({ ...settings, credentials: { accessKeyId, secretAccessKey: "wrong" } }).send(new GetCallerIdentityCommand({})),
  { name: "SignatureDoesNotMatch" });
console.log("ok");
