// Every page, in one table: what each is looked at for, whoever may see it.

/** Public pages: Vietnamese, English. */
export const PUBLIC = [
  ["/vi", "/en"],
  ["/vi/da-chuyen-tien", "/en/already-paid"],
  ["/vi/bao-cao", "/en/report"],
  ["/vi/theo-doi", "/en/follow"],
  ["/vi/thu-doan", "/en/methods"],
  ["/vi/thu-doan/gia_danh_cong_an", "/en/methods/gia_danh_cong_an"],
  ["/vi/to-roi", "/en/posters"],
  ["/vi/to-roi/14812", "/en/posters/14812"],
  ["/vi/to-roi?q=bim+son", "/en/posters?q=bim+son"],
  ["/vi/so-chinh-thuc", "/en/official-numbers"],
  ["/vi/thong-ke", "/en/statistics"],
  ["/vi/gioi-thieu", "/en/about"],
  ["/vi/quyen-rieng-tu", "/en/privacy"],
  ["/vi/minh-bach", "/en/transparency"],
  ["/vi/quay", "/en/counter"],
].flat();

/** Pages for programmers: the guide with its samples, and what is made from the contract. */
export const REFERENCE = ["/vi/ket-noi", "/en/developers", "/docs", "/problems", "/problems/not-found"];

/** Answers: what is asked, on `/vi` and `/en`. */
export const ASKED = ["0950 001 001", "Vietcombank 0000000070001", "0950999999", "113", "0912345o78", "0912xxx678", ""];

/** The desk before signing in. */
export const DOOR = ["/desk/sign-in", "/desk/enrol"];

/** The desk, by the place of who looks among the sample people. A function finds a page on the one before it. */
const first = (region) => (page) => page.getByRole("region", { name: region }).getByRole("link").first();
export const DESK = [
  { who: "a supervisor", user: 1, pages: [
    "/desk", "/desk/listings", "/desk/listings?status=listed", ["a listing", first("Bảng cảnh báo")], "/desk/queue", ["a proposal", first("Bảng cảnh báo")], "/desk/queue/several",
    "/desk/reports", ["a report", (page) => page.locator(".cg-report__link").first()], "/desk/reports?only=resolved", "/desk/reports/new", "/desk/register", "/desk/board",
    "/desk/propose", "/desk/imports", ["an import", first("Đã gửi")], "/desk/officials", "/desk/units", "/desk/sessions", "/desk/password", "/desk/telephone",
  ] },
  { who: "an administrator", user: 6, pages: [
    "/desk", "/desk/queue", "/desk/listings", "/desk/imports", "/desk/approvals", "/desk/approvals?all=1", ["an approval", first("Bảng việc chờ người thứ hai")], "/desk/users", ["a user", first("Bảng người dùng")],
    "/desk/partners", ["a partner", first("Bảng đối tác")], "/desk/officials", "/desk/units", "/desk/keys", "/desk/clock", "/desk/audit", "/desk/sessions", "/desk/password", "/desk/telephone",
  ] },
  { who: "an auditor", user: 5, pages: ["/desk", "/desk/reports", "/desk/register", "/desk/board", "/desk/users", "/desk/partners", "/desk/audit"] },
];
