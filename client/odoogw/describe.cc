#include "odoogw/describe.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/printable.h"
#include "google/protobuf/descriptor.pb.h"
#include "odoogw/odoo_notes.h"

namespace odoogw {
namespace {

using gateway::base::Printable;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::OneofDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

// Full name of a type, without the package of the file where it is used.
template <typename AnyDescriptor>
std::string NameIn(const FileDescriptor& file, const AnyDescriptor& type) {
  return std::string(absl::StripPrefix(type.full_name(), absl::StrCat(file.package(), ".")));
}

std::string TypeOf(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) return NameIn(*field.file(), *field.message_type());
  if (field.enum_type() != nullptr) return NameIn(*field.file(), *field.enum_type());
  return field.type_name();
}

std::string LabelAndType(const FieldDescriptor& field) {
  if (field.is_map()) {
    return absl::StrCat("map<", TypeOf(*field.message_type()->map_key()), ", ",
                        TypeOf(*field.message_type()->map_value()), ">");
  }
  const char* label = field.is_repeated()            ? "repeated "
                      : field.has_optional_keyword() ? "optional "
                                                     : "";
  return label + TypeOf(field);
}

std::string StreamOf(const Descriptor& type, bool streams, const FileDescriptor& file) {
  return absl::StrCat(streams ? "stream " : "", NameIn(file, type));
}

template <typename AnyDescriptor>
std::string CommentOf(const AnyDescriptor& descriptor) {
  SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  return location.leading_comments.empty() ? location.trailing_comments : location.leading_comments;
}

// Writes indented text.
class Writer {
 public:
  explicit Writer(const Style& style) : style_(style) {}

  void Package(const FileDescriptor& file) {
    Line(absl::StrCat("package ", file.package(), ";"));
    Line("");
  }

  void Service(const ServiceDescriptor& service) {
    Notes(CommentOf(service), OdooNote(service));
    Open("service", service.name());
    for (int i = 0; i < service.method_count(); ++i) Method(*service.method(i));
    Close();
  }

  void Method(const MethodDescriptor& method) {
    const FileDescriptor& file = *method.file();
    Notes(CommentOf(method), OdooNote(method));
    Line(absl::StrCat("rpc ", Name(method.name()), "(",
                      StreamOf(*method.input_type(), method.client_streaming(), file),
                      ") returns (",
                      StreamOf(*method.output_type(), method.server_streaming(), file), ");"));
  }

  void Message(const Descriptor& message) {
    Notes(CommentOf(message), OdooNote(message));
    Open("message", message.name());
    for (int i = 0; i < message.enum_type_count(); ++i) Enum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) Nested(*message.nested_type(i));
    for (int i = 0; i < message.field_count(); ++i) FieldOrOneof(*message.field(i));
    Close();
  }

  void Enum(const EnumDescriptor& type) {
    Notes(CommentOf(type), "");
    Open("enum", type.name());
    for (int i = 0; i < type.value_count(); ++i) Value(*type.value(i));
    Close();
  }

  void Line(const std::string& text) {
    absl::StrAppend(&text_, text.empty() ? "" : std::string(indent_, ' '), text, "\n");
  }

  std::string Take() && { return std::move(text_); }

 private:
  void Nested(const Descriptor& message) {
    if (!message.options().map_entry()) Message(message);
  }

  // The fields of a oneof stand together, where its first one is.
  void FieldOrOneof(const FieldDescriptor& field) {
    const OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return Field(field);
    if (oneof->field(0) == &field) Oneof(*oneof);
  }

  void Oneof(const OneofDescriptor& oneof) {
    Notes(CommentOf(oneof), "");
    Open("oneof", oneof.name());
    for (int i = 0; i < oneof.field_count(); ++i) Field(*oneof.field(i));
    Close();
  }

  void Field(const FieldDescriptor& field) {
    Notes(CommentOf(field), OdooNote(field));
    Line(absl::StrCat(LabelAndType(field), " ", Name(field.name()), " = ", field.number(), ";"));
  }

  void Value(const EnumValueDescriptor& value) {
    Notes(CommentOf(value), OdooNote(value));
    Line(absl::StrCat(Name(value.name()), " = ", value.number(), ";"));
  }

  void Notes(const std::string& comment, const std::string& odoo_note) {
    const std::string text(absl::StripSuffix(comment, "\n"));
    if (!text.empty()) {
      for (const auto& line : absl::StrSplit(text, '\n')) Comment(std::string(line));
    }
    if (!odoo_note.empty()) Comment(absl::StrCat(" Odoo: ", odoo_note));
  }

  // Names are identifiers, which protobuf checks; comments and options hold any text.
  void Comment(const std::string& line) {
    const std::string shown = Printable(line, gateway::base::Lines::kMany);
    Line(style_.Paint(Tone::kComment, absl::StrCat("//", shown)));
  }

  void Open(const char* keyword, const std::string& name) {
    Line(absl::StrCat(keyword, " ", Name(name), " {"));
    indent_ += 2;
  }

  void Close() {
    indent_ -= 2;
    Line("}");
  }

  std::string Name(const std::string& name) const { return style_.Paint(Tone::kName, name); }

  const Style& style_;
  std::size_t indent_ = 0;
  std::string text_;
};

// Writes a symbol at the top level, each kind its own way.
struct TopLevel {
  Writer& writer;

  void operator()(const ServiceDescriptor* service) const {
    writer.Package(*service->file());
    writer.Service(*service);
  }

  void operator()(const MethodDescriptor* method) const {
    writer.Package(*method->file());
    writer.Method(*method);
    writer.Line("");
    writer.Message(*method->input_type());
    writer.Line("");
    writer.Message(*method->output_type());
  }

  void operator()(const Descriptor* message) const {
    writer.Package(*message->file());
    writer.Message(*message);
  }

  void operator()(const EnumDescriptor* type) const {
    writer.Package(*type->file());
    writer.Enum(*type);
  }
};

}  // namespace

std::string Describe(const Symbol& symbol, const Style& style) {
  Writer writer(style);
  std::visit(TopLevel{writer}, symbol);
  return std::move(writer).Take();
}

}  // namespace odoogw
