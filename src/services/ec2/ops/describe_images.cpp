#include "services/ec2/images.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

std::span<const FilterColumn<Image>> image_columns() {
    static constexpr FilterColumn<Image> columns[] = {
        {"image-id", [](const Image& i, const View&) { return one(i.id); }},
        {"name", [](const Image& i, const View&) { return one(i.name); }},
        {"description", [](const Image& i, const View&) { return one(i.description); }},
        {"architecture", [](const Image& i, const View&) { return one(i.architecture); }},
        {"owner-id", [](const Image& i, const View&) { return one(i.owner); }},
        {"owner-alias", [](const Image& i, const View&) { return i.owner_alias.empty() ? Values() : one(i.owner_alias); }},
        {"creation-date", [](const Image& i, const View&) { return one(i.created); }},
        {"state", [](const Image&, const View&) { return one("available"); }},
        {"image-type", [](const Image&, const View&) { return one("machine"); }},
        {"is-public", [](const Image&, const View&) { return truth(true); }},
        {"root-device-name", [](const Image& i, const View&) { return one(i.root_device); }},
        {"root-device-type", [](const Image&, const View&) { return one("ebs"); }},
        {"virtualization-type", [](const Image&, const View&) { return one("hvm"); }},
        {"hypervisor", [](const Image&, const View&) { return one("xen"); }},
        {"ena-support", [](const Image&, const View&) { return truth(true); }},
        {"platform", [](const Image&, const View&) { return Values(); }},
        {"platform-details", [](const Image&, const View&) { return one("Linux/UNIX"); }},
        {"manifest-location", [](const Image& i, const View&) { return one("amazon/" + i.name); }},
        {"boot-mode", [](const Image& i, const View&) { return i.boot_mode.empty() ? Values() : one(i.boot_mode); }},
        {"block-device-mapping.device-name", [](const Image& i, const View&) { return one(i.root_device); }},
        {"block-device-mapping.volume-type", [](const Image& i, const View&) { return one(i.volume_type); }},
        {"block-device-mapping.volume-size", [](const Image& i, const View&) { return one(std::to_string(i.volume_gib)); }},
        {"block-device-mapping.snapshot-id", [](const Image& i, const View&) { return one(i.snapshot); }},
        {"block-device-mapping.delete-on-termination", [](const Image&, const View&) { return truth(true); }},
        {"block-device-mapping.encrypted", [](const Image&, const View&) { return truth(false); }},
        {"imds-support", [](const Image& i, const View&) { return i.imds_v2 ? one("v2.0") : Values(); }},
        {"tag-key", [](const Image&, const View&) { return Values(); }},
        {"product-code", [](const Image&, const View&) { return Values(); }},
        {"product-code.type", [](const Image&, const View&) { return Values(); }},
        {"kernel-id", [](const Image&, const View&) { return Values(); }},
        {"ramdisk-id", [](const Image&, const View&) { return Values(); }},
        {"sriov-net-support", [](const Image&, const View&) { return one("simple"); }},
    };
    return columns;
}

void write_image(XmlWriter& xml, const Image& image) {
    xml.text("imageId", image.id).text("imageLocation", "amazon/" + image.name).text("imageState", "available");
    xml.text("imageOwnerId", image.owner).text("creationDate", image.created).boolean("isPublic", true);
    xml.text("architecture", image.architecture).text("imageType", "machine").boolean("enaSupport", true);
    xml.text("sriovNetSupport", "simple");
    if (!image.owner_alias.empty()) xml.text("imageOwnerAlias", image.owner_alias);
    xml.text("name", image.name).text("description", image.description).text("rootDeviceType", "ebs");
    xml.text("rootDeviceName", image.root_device).open("blockDeviceMapping").open("item").text("deviceName", image.root_device);
    xml.open("ebs")
        .text("snapshotId", image.snapshot)
        .number("volumeSize", image.volume_gib)
        .boolean("deleteOnTermination", true);
    xml.text("volumeType", image.volume_type);
    if (image.volume_type == "gp3") xml.number("iops", 3000).number("throughput", 125);
    xml.boolean("encrypted", false).close().close().close();
    xml.text("virtualizationType", "hvm").text("hypervisor", "xen").text("platformDetails", "Linux/UNIX");
    xml.text("usageOperation", "RunInstances");
    if (!image.boot_mode.empty()) xml.text("bootMode", image.boot_mode);
    xml.text("deprecationTime", image.deprecated);
    if (image.imds_v2) xml.text("imdsSupport", "v2.0");
    xml.empty("tagSet");
}

}  // namespace

struct DescribeImages {
    static constexpr std::string_view name = "DescribeImages";
    struct Input : DescribeInput {
        std::vector<std::string> owners;
        std::vector<std::string> executable_by;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {&kind::image, "ImageId"});
        if (!in) return error_of(in);
        return Input{std::move(*in), call.params.list("Owner"), call.params.list("ExecutableBy")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }

    static bool is_asked(const Input& in, const Image& image) {
        if (!in.ids.empty() && std::find(in.ids.begin(), in.ids.end(), image.id) == in.ids.end()) return false;
        // "self" owns none of the catalogue; public images are executable by "all", not by "self" alone.
        bool owned = in.owners.empty() || std::any_of(in.owners.begin(), in.owners.end(), [&](const std::string& owner) {
                         return owner == image.owner || (!image.owner_alias.empty() && owner == image.owner_alias);
                     });
        bool executable = in.executable_by.empty() ||
                          std::find(in.executable_by.begin(), in.executable_by.end(), "all") != in.executable_by.end();
        return owned && executable;
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            std::vector<Filter> filters = in.filters;
            // Images carry no tags here: a filter by tag finds none.
            bool none = std::erase_if(filters, [](const Filter& f) { return f.name.starts_with("tag:"); }) > 0;
            if (auto checked = check_filters<Image>(filters, image_columns()); !checked) return checked;
            std::string_view region = view.place.region.value;
            for (const std::string& id : in.ids)
                if (!find_image(region, id)) return not_found(kind::image, id);
            std::vector<const Image*> found;
            std::vector<std::string_view> keys;
            for (const Image& image : images_of(region))
                if (!none && is_asked(in, image) && passes<Image>(image, view, filters, image_columns())) {
                    found.push_back(&image);
                    keys.push_back(image.id);
                }
            auto shown = page(in, keys);
            if (!shown) return error_of(shown);
            xml.open("imagesSet");
            for (std::size_t i = shown->begin; i < shown->end; ++i) {
                xml.open("item");
                write_image(xml, *found[i]);
                xml.close();
            }
            xml.close();
            write_next_token(xml, *shown);
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_images(Ec2& ec2) { return make<DescribeImages>(ec2); }

}  // namespace sekisho::ec2
