output "bucket" {
  value = aws_s3_bucket.vpc1_only.id
}

output "admin_user" {
  value = aws_iam_user.admin.name
}

output "vpc1" {
  value = {
    vpc      = module.vpc1.vpc_id
    endpoint = aws_vpc_endpoint.s3_vpc1.id
    instance = aws_instance.vpc1.id
    nat_ip   = module.vpc1.nat_public_ip
  }
}

output "vpc2" {
  value = {
    vpc      = module.vpc2.vpc_id
    endpoint = aws_vpc_endpoint.s3_vpc2.id
    instance = aws_instance.vpc2.id
    nat_ip   = module.vpc2.nat_public_ip
  }
}
