// Document: one policy, parsed and compiled, immutable. Pure: no clock, no store, no network.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::policy {

// What a document is attached to; decides which elements it may hold.
enum class Kind {
    identity,  // user, group, role; managed or inline. No Principal.
    resource,  // bucket policy. Principal or NotPrincipal required.
    trust,     // role trust policy. Principal required, no Resource.
    endpoint,  // VPC endpoint policy. Principal required (S3: "*").
    session,   // given to AssumeRole
    boundary,
    scp,  // service control policy of an organisation. No Principal.
    rcp,  // resource control policy. Principal "*".
};

class Document;  // statements with positions and compiled matchers; see document_data.h

// Whose policy a resource policy is. S3's keys of access points are true in every access point's own policy, so that there they
// make nothing less public (S3 guide, "The meaning of public").
enum class Holder { other, access_point };

// Parses a document whatever it would be worth to AWS: for rows that were accepted once. Throws Fault when it is no JSON
// policy.
std::shared_ptr<const Document> compile(std::string_view json, Kind kind, Holder holder = Holder::other);

// Parses and checks as AWS does at Put; the error is MalformedPolicy / MalformedPolicyDocument with AWS's text.
// `resource`: for bucket policies the bucket's ARN, which every Resource must name.
Result<std::shared_ptr<const Document>> validate(std::string_view json, Kind kind, std::string_view resource = {});

const std::string& source(const Document& document);  // the JSON as given

// A public policy, by S3's definition (S3 guide, "The meaning of public").
bool is_public(const Document& document);

// Every principal ARN or id named in Principal and NotPrincipal, without "*": for the check that they exist.
std::vector<std::string> principals(const Document& document);

bool names_principal(const Document& document, std::string_view principal);

// The document's source with `to` in place of each entry of Principal and NotPrincipal that is `from` (however it is escaped);
// conditions and resources stay as they are. `to` needs no escaping in JSON.
std::string replace_principal(const Document& document, std::string_view from, std::string_view to);

}  // namespace sekisho::policy
