terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

# On AWS as it is. Against sekisho the address, keys and region come from the environment: eval "$(sekisho env)".
# (Path-style addressing is right for both: http://127.0.0.1:4566 has no bucket names below it.)
provider "aws" {
  s3_use_path_style = true
}
