variable "name" {
  type = string
}

variable "cidr" {
  description = "The VPC's block; it is cut into four: two public and two private subnets"
  type        = string
}

variable "zones" {
  description = "Two availability zones"
  type        = list(string)
}
