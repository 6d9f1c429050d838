terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" {
  s3_use_path_style = true
}

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["ram.amazonaws.com"]
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}
resource "aws_organizations_organizational_unit" "workloads" {
  name      = "workloads"
  parent_id = aws_organizations_organization.this.roots[0].id
  tags      = { team = "platform" }
}
resource "aws_organizations_account" "data" {
  name      = "data"
  email     = "data@example.com"
  parent_id = aws_organizations_organizational_unit.workloads.id
  role_name = "OrganizationAccountAccessRole"
  lifecycle { ignore_changes = [role_name] }
}
resource "aws_organizations_policy" "region" {
  depends_on = [aws_organizations_organization.this]
  name       = "no-other-region"
  type       = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "*", Resource = "*", Condition = { StringNotEquals = { "aws:RequestedRegion" = "us-east-1" } } }]
  })
  tags = { kind = "guardrail" }
}
resource "aws_organizations_policy" "perimeter" {
  name = "perimeter"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.this.id } } }]
  })
}
resource "aws_organizations_policy_attachment" "region" {
  policy_id = aws_organizations_policy.region.id
  target_id = aws_organizations_organizational_unit.workloads.id
}
resource "aws_organizations_policy_attachment" "perimeter" {
  policy_id = aws_organizations_policy.perimeter.id
  target_id = aws_organizations_account.data.id
}
data "aws_organizations_organization" "seen" { depends_on = [aws_organizations_account.data] }

resource "aws_s3_bucket" "reports" {
  bucket        = "terraform-reports"
  force_destroy = true
}
resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_ownership_controls" "reports" {
  bucket = aws_s3_bucket.reports.id
  rule { object_ownership = "BucketOwnerPreferred" }
}
resource "aws_s3_bucket_acl" "reports" {
  depends_on = [aws_s3_bucket_ownership_controls.reports]
  bucket     = aws_s3_bucket.reports.id
  acl        = "private"
}
resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_policy" "reports" {
  depends_on = [aws_s3_bucket_public_access_block.reports]
  bucket     = aws_s3_bucket.reports.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = aws_organizations_account.data.id }, Action = "s3:GetObject", Resource = "${aws_s3_bucket.reports.arn}/*" }]
  })
}
resource "aws_s3_object" "first" {
  bucket  = aws_s3_bucket_versioning.reports.bucket
  key     = "2026/first.txt"
  content = "first"
  tags    = { class = "open" }
}
resource "aws_s3_access_point" "readers" {
  bucket = aws_s3_bucket.reports.id
  name   = "readers"
  vpc_configuration { vpc_id = "vpc-0123456789abcdef0" }
}
resource "aws_s3control_access_point_policy" "readers" {
  access_point_arn = aws_s3_access_point.readers.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = aws_organizations_account.data.id }, Action = "s3:GetObject", Resource = "${aws_s3_access_point.readers.arn}/object/*" }]
  })
}
resource "aws_s3_account_public_access_block" "this" {
  block_public_policy     = true
  restrict_public_buckets = true
}
resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
resource "aws_iam_user" "auditor" {
  name                 = "auditor"
  permissions_boundary = aws_iam_policy.boundary.arn
  force_destroy        = true
}
resource "aws_iam_group" "readers" { name = "readers" }
resource "aws_iam_group_membership" "readers" {
  name  = "readers"
  users = [aws_iam_user.auditor.name]
  group = aws_iam_group.readers.name
}
resource "aws_iam_group_policy_attachment" "readers" {
  group      = aws_iam_group.readers.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}
resource "aws_iam_access_key" "auditor" { user = aws_iam_user.auditor.name }
resource "aws_iam_user_policy" "own" {
  user   = aws_iam_user.auditor.name
  name   = "own"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "iam:GetUser", Resource = "*" }] })
}
data "aws_iam_principal_policy_simulation" "auditor" {
  depends_on        = [aws_iam_group_policy_attachment.readers, aws_iam_group_membership.readers]
  policy_source_arn = aws_iam_user.auditor.arn
  action_names      = ["s3:GetObject"]
  resource_arns     = ["${aws_s3_bucket.reports.arn}/2026/first.txt"]
}
output "accounts" { value = sort(data.aws_organizations_organization.seen.accounts[*].name) }
output "may_read" { value = data.aws_iam_principal_policy_simulation.auditor.all_allowed }
