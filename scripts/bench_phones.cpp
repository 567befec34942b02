// Numbers a second that Google's libphonenumber reads on one processor: parsed, looked at whether they are valid, and
// written in E.164, as a check does. scripts/bench compiles and runs it.

#include <chrono>
#include <cstdio>
#include <string>

#include <phonenumbers/phonenumberutil.h>

int main() {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  const int numbers = 100000;
  size_t written = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int n = 0; n < numbers; ++n) {
    char text[16];
    std::snprintf(text, sizeof text, "0912 %03d %03d", n / 1000 % 1000, n % 1000);
    PhoneNumber number;
    std::string e164;
    if (util.Parse(text, "VN", &number) == PhoneNumberUtil::NO_PARSING_ERROR && util.IsValidNumber(number)) {
      util.Format(number, PhoneNumberUtil::E164, &e164);
    }
    written += e164.size();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (written == 0) return 1;
  std::printf("%.0f\n", numbers / took.count());
}
