// What instances ask the gate: metadata and names. Joins EC2's facts, IAM's roles and the address plan.
#pragma once

#include "services/dns/resolver.h"
#include "services/ec2/service.h"
#include "services/iam/directory.h"
#include "services/imds/metadata.h"

namespace sekisho::gate {

// `ec2`, `directory`, `clock` outlive what is returned.
imds::Sources metadata_sources(const ec2::Ec2& ec2, const iam::Directory& directory, const Clock& clock);

// The DNS answer for a question that came by the resolver of this VPC.
dns::Answer resolve_in_vpc(const ec2::Ec2& ec2, const Region& default_region, const dns::Question& question,
                           const std::string& vpc);

}  // namespace sekisho::gate
