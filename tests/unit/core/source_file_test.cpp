// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/source_file.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <doctest/doctest.h>

#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

TEST_CASE("a source file is read, with the time it was changed") {
  const TempDir folder("perfopt-source-test");
  const std::filesystem::path path = folder.path() / "main.cpp";
  write_atomically(path, "int main() {}\n");
  const SourceFile source = read_source(path.string());
  CHECK(source.refusal.empty());
  CHECK(source.text == "int main() {}\n");
  CHECK(source.modified.size() == 20);
  CHECK(source.modified.ends_with("Z"));
}

TEST_CASE("what is no source file, or may hold anything, is refused with the reason") {
  const TempDir folder("perfopt-source-test");
  const auto in_folder = [&](const char* name) { return (folder.path() / name).string(); };
  write_atomically(in_folder("key.pem"), "secret");
  write_atomically(in_folder("binary.c"), std::string("a\0b", 3));
  write_atomically(in_folder("huge.c"), std::string(kLargestSource + 1, 'x'));
  std::filesystem::create_directory(in_folder("folder.py"));
  REQUIRE(mkfifo(in_folder("pipe.py").c_str(), 0600) == 0);
  for (const std::string& path :
       {in_folder("key.pem"), in_folder("binary.c"), in_folder("huge.c"), in_folder("folder.py"), in_folder("pipe.py"),
        in_folder("none.c"), in_folder("../x/main.c"), std::string("main.c"), std::string(), std::string("/"),
        std::string("/etc/shadow"), std::string("/proc/self/maps"), std::string("/proc/self/x.py"),
        std::string("/dev/zero"), std::string("/tmp/a\0.c", 9)}) {
    CAPTURE(path);
    const SourceFile source = read_source(path);
    CHECK_FALSE(source.refusal.empty());
    CHECK(source.text.empty());
  }
}

TEST_CASE("a link with the name of a source file shows no other file, but one source file may stand for another") {
  const TempDir folder("perfopt-source-test");
  const auto in_folder = [&](const char* name) { return (folder.path() / name).string(); };
  write_atomically(in_folder("key.txt"), "secret");
  write_atomically(in_folder("main.cpp"), "int main() {}\n");
  std::filesystem::create_symlink(in_folder("key.txt"), in_folder("x.c"));
  std::filesystem::create_symlink("x.c", in_folder("over.c"));
  std::filesystem::create_symlink("gone.c", in_folder("broken.c"));
  std::filesystem::create_symlink("loop.c", in_folder("loop.c"));
  std::filesystem::create_symlink("main.cpp", in_folder("same.c"));
  for (const char* name : {"x.c", "over.c", "broken.c", "loop.c"}) {
    CAPTURE(name);
    const SourceFile source = read_source(in_folder(name));
    CHECK_FALSE(source.refusal.empty());
    CHECK(source.text.empty());
  }
  CHECK(read_source(in_folder("x.c")).refusal == "it is a link, and of its target: it has no suffix of a source file");
  CHECK(read_source(in_folder("same.c")).text == "int main() {}\n");
}
