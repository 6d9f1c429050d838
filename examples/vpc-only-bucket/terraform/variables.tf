variable "bucket_name" {
  description = "Name of the bucket that only VPC 1 can reach"
  type        = string
  default     = "vpc1-only-bucket"
}

variable "admin_user_name" {
  description = "The IAM user that, beside the account's root, is not bound to VPC 1"
  type        = string
  default     = "bucket-admin"
}

variable "instance_type" {
  type    = string
  default = "t3.micro"
}
