data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

# --- Two VPCs, alike but for their addresses -------------------------------------------------------------------------

module "vpc1" {
  source = "./modules/vpc"
  name   = "vpc1"
  cidr   = "10.0.0.0/20"
  zones  = slice(data.aws_availability_zones.available.names, 0, 2)
}

module "vpc2" {
  source = "./modules/vpc"
  name   = "vpc2"
  cidr   = "10.1.0.0/20"
  zones  = slice(data.aws_availability_zones.available.names, 0, 2)
}

resource "aws_vpc_endpoint" "s3_vpc1" {
  vpc_id          = module.vpc1.vpc_id
  service_name    = "com.amazonaws.${data.aws_region.current.name}.s3"
  route_table_ids = [module.vpc1.private_route_table_id]
  tags            = { Name = "s3-vpc1" }
}

resource "aws_vpc_endpoint" "s3_vpc2" {
  vpc_id          = module.vpc2.vpc_id
  service_name    = "com.amazonaws.${data.aws_region.current.name}.s3"
  route_table_ids = [module.vpc2.private_route_table_id]
  tags            = { Name = "s3-vpc2" }
}

# --- The bucket that only VPC 1 can reach ----------------------------------------------------------------------------

resource "aws_iam_user" "admin" {
  name = var.admin_user_name
}

resource "aws_iam_user_policy_attachment" "admin" {
  user       = aws_iam_user.admin.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
}

resource "aws_s3_bucket" "vpc1_only" {
  bucket        = var.bucket_name
  force_destroy = true
}

resource "aws_s3_object" "dummy" {
  bucket  = aws_s3_bucket.vpc1_only.id
  key     = "dummy.txt"
  content = "Hello dummy file!"
}

resource "aws_s3_bucket_policy" "vpc1_only" {
  bucket = aws_s3_bucket.vpc1_only.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "OnlyFromVpc1"
      Effect = "Deny"
      NotPrincipal = {
        AWS = [
          "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root",
          aws_iam_user.admin.arn,
        ]
      }
      Action   = "s3:*"
      Resource = [aws_s3_bucket.vpc1_only.arn, "${aws_s3_bucket.vpc1_only.arn}/*"]
      Condition = {
        StringNotEquals = { "aws:sourceVpce" = aws_vpc_endpoint.s3_vpc1.id }
      }
    }]
  })
}

# --- An instance in each VPC, with the same role ---------------------------------------------------------------------

resource "aws_iam_role" "ec2" {
  name = "ec2_s3access_role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "s3" {
  role       = aws_iam_role.ec2.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.ec2.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "ec2" {
  name = "ec2_s3access_profile"
  role = aws_iam_role.ec2.name
}

data "aws_ami" "al2023" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023*-kernel-*-x86_64"]
  }
}

resource "aws_security_group" "vpc1" {
  name        = "vpc1-instance"
  description = "No way in, every way out"
  vpc_id      = module.vpc1.vpc_id
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "vpc2" {
  name        = "vpc2-instance"
  description = "No way in, every way out"
  vpc_id      = module.vpc2.vpc_id
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "vpc1" {
  ami                    = data.aws_ami.al2023.id
  instance_type          = var.instance_type
  subnet_id              = module.vpc1.private_subnet_ids[0]
  vpc_security_group_ids = [aws_security_group.vpc1.id]
  iam_instance_profile   = aws_iam_instance_profile.ec2.name
  tags                   = { Name = "vpc1-instance" }
}

resource "aws_instance" "vpc2" {
  ami                    = data.aws_ami.al2023.id
  instance_type          = var.instance_type
  subnet_id              = module.vpc2.private_subnet_ids[0]
  vpc_security_group_ids = [aws_security_group.vpc2.id]
  iam_instance_profile   = aws_iam_instance_profile.ec2.name
  tags                   = { Name = "vpc2-instance" }
}
