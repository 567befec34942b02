use super::*;
use crate::domain::reason::Reason;

#[test]
fn usual_written_forms_find_the_bank() {
    for (bin, forms) in [
        (
            "970436",
            "VCB|Vietcombank|vietcombank |Ngoại thương|NH Ngoại Thương|Ngân hàng TMCP Ngoại thương Việt Nam|Vietcom|Vietcombank (VCB)|NH TMCP Ngoại thương VN - CN Thanh Hóa|Vietcombank Thanh Hóa|NHTMCP Ngoại thương|BFTVVNVX|VCB - Ngoại thương",
        ),
        (
            "970405",
            "NN&PTNT|Agribank CN Bỉm Sơn|NHNo&PTNT|Ngân hàng Nông nghiệp|Nông nghiệp và PTNT|NN và PTNT|Ngân hàng NN&PTNT Việt Nam|agri bank|VBARD|Phát triển nông thôn",
        ),
        (
            "970406",
            "Đông Á (nay là Vikki)|DongABank|Vikki|Ngân hàng số Vikki|Đông Á nay là Vikki|Ngân hàng Đông Á (cũ)",
        ),
        (
            "970418",
            "BIDV - CN Thanh Hoá|bidv|Đầu tư và Phát triển|BIDV PGD Bỉm Sơn|Đầu tư & Phát triển VN",
        ),
        (
            "970422",
            "MB|MB bank|MBBank|Quân đội|MB Quân đội|Ngân hàng Quân Đội (MB)",
        ),
        (
            "970449",
            "LienVietPostBank|LPBank|Liên Việt|Bưu điện Liên Việt|Lộc Phát|LPB",
        ),
        ("970454", "Bản Việt|BVBank|BVB (Bản Việt)|Viet Capital Bank"),
        ("970438", "Bảo Việt|BaoViet Bank"),
        (
            "970415",
            "Công thương|VietinBank|Vietin|ICB|VietinBank Công thương",
        ),
        ("970416", "Á Châu|ACB|acb bank|Ngân hàng Á Châu"),
        ("970423", "TPB|TP Bank|Tiên Phong"),
        ("970403", "Sacombank|STB|Sài Gòn Thương Tín|Sacom"),
        ("970433", "Vietbank|Việt Nam Thương Tín"),
        ("970443", "SHB|Sài Gòn - Hà Nội"),
        ("970429", "SCB|NH TMCP Sài Gòn"),
        ("970437", "HD Bank|HDB|Phát triển TP.HCM"),
        ("970428", "Nam Á"),
        ("970440", "Đông Nam Á|SeABank"),
        ("970432", "VP Bank|Việt Nam Thịnh Vượng|Thịnh Vượng"),
        ("546034", "Cake|Cake by VPBank"),
    ] {
        for form in forms.split('|') {
            assert_eq!(
                find(form).map(|bank| bank.bin.to_string()).as_deref(),
                Some(bin),
                "{form}"
            );
        }
    }
}

#[test]
fn what_names_no_bank_or_two_finds_none() {
    for text in [
        "",
        "Ngân hàng",
        "Ngân hàng XYZ",
        "BVB",
        "Thương Tín",
        "Kookmin",
        "bank",
        "Việt Nam",
        "0000000012347",
        "MoMo",
        "Ví MoMo",
        "không rõ",
        "VCB/TCB",
        "MB và VCB",
        "Nguyễn Văn A",
        "CN Thanh Hóa",
        "số",
    ] {
        assert_eq!(find(text).map(|bank| bank.short_name), None, "{text}");
    }
    assert_eq!(candidates("BVB").len(), 2);
}

#[test]
fn every_bank_is_found_by_its_names_unless_they_are_shared() {
    for bank in all().iter().filter(|bank| bank.kind != "wallet") {
        for name in [bank.short_name, bank.name_vi, bank.name_en] {
            assert_eq!(find(name).map(|found| found.bin), Some(bank.bin), "{name}");
        }
        assert_eq!(by_bin(bank.bin).map(|found| found.bin), Some(bank.bin));
    }
}

#[test]
fn a_second_number_of_a_bank_is_its_main_number() -> Result<(), Reason> {
    assert_eq!(Bin::parse("970488")?, Bin::parse("970418")?);
    assert_eq!(Bin::parse("012345")?.to_string(), "012345");
    for bad in ["", "97043", "9704366", "97O436", "+97043"] {
        assert!(Bin::parse(bad).is_err(), "{bad}");
    }
    Ok(())
}
