#include "longhand/longhand.hpp"

namespace longhand {

std::string_view version() { return LONGHAND_VERSION; }

}  // namespace longhand
