#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeRouteTables {
    static constexpr std::string_view name = "DescribeRouteTables";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::route_table, "RouteTableId", 5, 100});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<RouteTable>(xml, view, in, kind::route_table, view.state.route_tables, route_table_columns(),
                                        "routeTableSet", write_route_table);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_route_tables(Ec2& ec2) { return make<DescribeRouteTables>(ec2); }

}  // namespace sekisho::ec2
