use super::*;

#[test]
fn numbers_bind_as_in_arithmetic() {
    same("1 + 2 * 3", "7");
    same("2 ** 3 ** 2", "64");
    same("-2 ** 2", "4");
    same("10 - 4 - 3", "3");
}
