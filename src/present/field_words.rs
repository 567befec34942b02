//! What is wrong with a field, in plain words.

/// Words for the machine words of bad fields.
pub fn field_words(code: &str) -> &'static str {
    match code {
        "required" => "Hãy điền mục này. / Fill this in.",
        "no-loss" => {
            "Báo cáo mất tiền chỉ gộp vào báo cáo mất tiền. / The report of a loss is linked only to the report of a loss."
        }
        "listed-from-it" => {
            "Một số trong báo cáo này đang được cảnh báo hoặc chờ xác nhận. Hãy gỡ cảnh báo hoặc từ chối đề nghị trước. / A number of this report is listed, or waits to be confirmed. Delist it or reject the proposal first."
        }
        "blank-left" => {
            "Còn chỗ [ghi …] chưa điền. Hãy điền vào rồi gửi lại. / A place marked [ghi …] is not filled in. Fill it in and send it again."
        }
        "too-long" => "Dài quá. Hãy viết ngắn lại. / Too long. Make it shorter.",
        "too-short" => "Ngắn quá. Hãy viết dài hơn. / Too short. Make it longer.",
        "control-character" => {
            "Có ký tự lạ không nhìn thấy được. Hãy xóa đi rồi gõ lại. / Holds characters that cannot be seen. Delete them and type it again."
        }
        "unknown-unit" => {
            "Không có đơn vị này. Hãy xem lại mã. / There is no such unit. Check the code."
        }
        "nothing-ticked" => {
            "Chưa đánh dấu dòng nào. Hãy đánh dấu ít nhất một dòng. / No row is ticked. Tick at least one."
        }
        "too-many-at-once" => {
            "Mỗi lần quyết định tối đa 50 đề nghị. Hãy bỏ bớt dấu. / At most 50 proposals are decided at a time. Untick some."
        }
        "not-same-kind" => {
            "Chỉ quyết định cùng lúc các đề nghị cùng loại. / Only proposals of the same kind are decided together."
        }
        "not-an-integer" => "Phải là số nguyên. / It must be a whole number.",
        "unknown-field" => "Không có mục này. Hãy bỏ đi. / There is no such field. Leave it out.",
        "unknown-line" => {
            "Tệp không có dòng này. Hãy xem lại số dòng. / The list has no such line. Check its number."
        }
        "active-key" => {
            "Khóa này đang dùng để ký. Hãy thay khóa trước. / This key signs now. Bring in a new one first."
        }
        "key-too-long" => {
            "Khóa công khai dài quá 16 KiB. Hãy gửi riêng khóa, bỏ chứng thư kèm theo. / The public key is longer than 16 KiB. Send the key alone, without certificates."
        }
        "private-key" => {
            "Đây là khóa bí mật, không phải khóa công khai. Hệ thống không lưu, nhưng khóa này đã lộ: hãy bỏ đi, tạo cặp khóa mới và chỉ gửi khóa công khai. / This is a private key, not a public one. It was not kept, but it has been shown: throw it away, make a new pair, and send the public key only."
        }
        "not-a-key" => {
            "Không đọc được khóa công khai. Hãy gửi JWK, JWKS, PEM bắt đầu bằng “-----BEGIN PUBLIC KEY-----”, hoặc khóa Ed25519 viết bằng base64url (43 ký tự). / No public key can be read. Send a JWK, a JWKS, PEM that begins with “-----BEGIN PUBLIC KEY-----”, or an Ed25519 key in base64url (43 characters)."
        }
        "certificate" => {
            "Đây là chứng thư. Hãy lấy khóa công khai trong đó: openssl x509 -pubkey -noout. / This is a certificate. Take the public key out of it: openssl x509 -pubkey -noout."
        }
        "key-kind" => {
            "Chỉ nhận khóa RSA 2048–4096 bit, EC P-256 hoặc Ed25519. Hãy tạo khóa thuộc một trong các loại đó. / Only RSA keys of 2048–4096 bits, EC P-256 and Ed25519 are taken. Make a key of one of these kinds."
        }
        "key-use" => {
            "Khóa này không dùng để ký (use, key_ops hoặc alg nói khác). Hãy gửi khóa ký. / This key is not for signing (use, key_ops or alg says so). Send the one that signs."
        }
        "rsa-size" => {
            "Khóa RSA phải có từ 2048 đến 4096 bit. Hãy tạo khóa mới. / An RSA key has 2048 to 4096 bits. Make a new one."
        }
        "rsa-exponent" => {
            "Số mũ của khóa RSA phải là 65537. Hãy tạo khóa mới. / The exponent of an RSA key is 65537. Make a new one."
        }
        "damaged-key" => {
            "Khóa công khai bị hỏng hoặc thiếu. Hãy chép lại cả khóa. / The public key is damaged or incomplete. Copy all of it again."
        }
        "key-count" => {
            "Nhiều khóa quá. Mỗi đối tác có tối đa 4 khóa, gửi chung trong một JWKS. / Too many keys. A partner has at most 4, sent as one JWKS."
        }
        "no-signing-key" => {
            "JWKS không có khóa nào dùng để ký. Hãy gửi khóa ký. / The JWKS has no key for signing. Send the one that signs."
        }
        "same-kid" => {
            "Hai khóa có cùng kid. Hãy đặt cho mỗi khóa một kid riêng. / Two keys have the same kid. Give each one of its own."
        }
        "bad-kid" => {
            "kid có từ 1 đến 128 ký tự, không có ký tự điều khiển. Hãy đặt lại. / A kid has 1 to 128 characters and no control characters. Change it."
        }
        "too-many-keys" => {
            "Quá nhiều khóa đang dùng. Hãy hủy bớt khóa cũ, hoặc đợi 15 phút. / Too many keys are in use. Withdraw an old one, or wait 15 minutes."
        }
        "too-many-waiting" => {
            "Tài khoản này có quá nhiều việc đang chờ người thứ hai. Hãy đợi đến khi có việc được trả lời. / Too many of your acts wait for a second person. Wait until some are answered."
        }
        "too-many-rows" => {
            "Tệp có quá nhiều dòng. Hãy chia ra, mỗi tệp tối đa 20.000 dòng. / Too many rows. Split the list: at most 20,000 rows a file."
        }
        "bad-columns" => {
            "Cột phải viết như B:phone,D:unused. / Columns are written as B:phone,D:unused."
        }
        "bad-line" => {
            "Dòng chữ dài quá hoặc có ký tự lạ. Hãy viết lại ngắn hơn. / The text is too long or has strange characters. Write it again, shorter."
        }
        "sample-not-seen" => {
            "Hãy xem và đánh dấu từng dòng trong phần “Xem kỹ trước khi xác nhận”. / Look at each row under “Look closely first” and tick it."
        }
        "too-wide" => {
            "Tệp có quá nhiều cột. Hãy bỏ bớt cột không cần. / Too many columns. Take out those that are not needed."
        }
        "no-header" => {
            "Không thấy bảng nào có cột số điện thoại hoặc số tài khoản. Hãy xem lại dòng tên cột. / No table has a column of phone numbers or accounts. Check its row of headings."
        }
        "hidden" => {
            "Danh sách nằm ở trang tính, cột hoặc dòng bị ẩn nên không được đọc. Hãy bỏ ẩn trong Excel rồi gửi lại. / The list is on a hidden sheet, or in hidden columns or rows, and was not read. Unhide it in Excel and send it again."
        }
        "save-as-xlsx" => {
            "Tệp bảng tính kiểu cũ hoặc kiểu khác. Hãy mở bằng Excel, chọn Lưu thành (Save as), kiểu “Excel Workbook (.xlsx)”, rồi gửi tệp mới. / This is an older spreadsheet, or one of another kind. Open it in Excel, choose Save as, “Excel Workbook (.xlsx)”, and send the new file."
        }
        "locked" => {
            "Tệp có mật khẩu nên không đọc được. Hãy mở bằng Excel, bỏ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc), lưu lại rồi gửi. / The file is locked with a password. Open it in Excel, take the password off (File, Info, Protect Workbook), save it and send it again."
        }
        "damaged" => {
            "Tệp bị hỏng hoặc bị cắt mất một phần. Hãy lưu lại bằng Excel rồi gửi. / The file is damaged or cut off. Save it again in Excel and send it."
        }
        "bad-code" => {
            "Mã 6 số sai hoặc đã dùng rồi. Hãy đợi mã mới trong ứng dụng rồi nhập lại. / The 6-digit code is wrong or was used. Wait for a new one in the app and enter it."
        }
        "too-guessable" => {
            "Mật khẩu này dễ đoán. Hãy chọn một câu dài hơn. / This password is easy to guess. Choose a longer phrase."
        }
        "bad-password" => "Mật khẩu đang dùng không đúng. / The present password is wrong.",
        "same-password" => {
            "Mật khẩu mới giống mật khẩu đang dùng. Hãy chọn mật khẩu khác. / The new password is the present one. Choose another."
        }
        "not-investigating" => {
            "Đơn vị này không phải cơ quan điều tra. / This unit does not investigate."
        }
        "another-unit" => {
            "Người này không thuộc đơn vị đang giữ báo cáo. / This person is not of the unit that holds the report."
        }
        "same" => "Đơn vị này đang giữ báo cáo rồi. / This unit holds the report already.",
        "unknown" => "Không tìm thấy. Hãy xem lại. / Not found. Check it.",
        "duplicate" => {
            "Báo cáo này đã gộp vào báo cáo khác. Hãy gộp vào báo cáo chính. / That report is linked to another one. Link to the main one."
        }
        "has-a-loss" => {
            "Báo cáo này nói là đã mất tiền, nên không phải tin rác và không phải chưa mất gì. / This report tells of a loss: it is no spam, and not without a loss."
        }
        "not-withdrawn" => {
            "Người báo chưa rút lại báo cáo này. / The reporter has not withdrawn it."
        }
        "overlap-length" => {
            "Mã cũ dùng thêm được nhiều nhất 720 giờ (30 ngày). / The old secret can be good for 720 hours (30 days) at most."
        }
        "bad-date" => "Không phải ngày có thật. / Not a date.",
        "bad-time" => "Hãy ghi giờ và phút, ví dụ 14:05. / Write hours and minutes, such as 14:05.",
        "too-many" => {
            "Nhiều quá. Hãy bỏ bớt, hoặc viết vào lời kể. / Too many. Leave some out, or write them into the story."
        }
        "out-of-range" => {
            "Số này lớn quá hoặc nhỏ quá. Hãy xem lại. / This number is too large or too small. Check it."
        }
        "password-too-short" => {
            "Mật khẩu có ít nhất 12 ký tự. Hãy viết dài hơn. / A password has at least 12 characters. Make it longer."
        }
        "password-too-long" => {
            "Mật khẩu có nhiều nhất 128 ký tự. Hãy viết ngắn lại. / A password has at most 128 characters. Make it shorter."
        }
        "password-control-character" => {
            "Mật khẩu có ký tự lạ không nhìn thấy được. Hãy xóa đi rồi gõ lại. / The password holds characters that cannot be seen. Delete them and type it again."
        }
        "password-too-guessable" => {
            "Mật khẩu này dễ đoán. Hãy chọn một câu dài mà chỉ mình anh/chị biết. / This password is easy to guess. Choose a long sentence that only you know."
        }
        "not-a-sum" => {
            "Hãy ghi số tiền bằng đồng, như 5.000.000. / Write the sum in dong, such as 5,000,000."
        }
        "not-a-time" => {
            "Hãy ghi ngày và giờ, như 2026-08-21 14:05. / Write the date and the time, such as 2026-08-21 14:05."
        }
        "not-a-date" => {
            "Hãy ghi ngày như 21/8/2026, tháng như 8/2026, hoặc “không nhớ”. / Write a date as 2026-08-21, a month as 2026-08, or “unknown”."
        }
        "in-future" => "Thời điểm này chưa đến. Hãy xem lại. / This lies in the future. Check it.",
        "too-long-ago" => {
            "Đã quá 5 năm. Hãy viết vào lời kể. / This is more than five years ago. Write it into the story."
        }
        "unknown-place" => {
            "Không tìm thấy nơi này. Hãy ghi xã, phường và tỉnh như “Bỉm Sơn, Thanh Hóa”, chỉ ghi tên tỉnh, hoặc để trống. / No such place is known. Write commune and province as “Bỉm Sơn, Thanh Hóa”, the province alone, or leave it empty."
        }
        "unknown-method" => {
            "Không có thủ đoạn này. Hãy chọn trong danh sách hoặc để trống. / There is no such method. Choose one of the list or leave it empty."
        }
        "own-number" => {
            "Đây là số của chính người báo. Tiền đã chuyển tới số nào? / This is the reporter's own number. Which one did the money go to?"
        }
        "not-a-bank-reference" => {
            "Mã giao dịch chỉ có chữ không dấu, số và . / -. Không có thì để trống. / A bank's reference has letters, digits and . / - only. Leave it empty if there is none."
        }
        "not-a-phone" => {
            "Hãy ghi một số điện thoại, như 0950 001 001. / Write one telephone number, such as 0950 001 001."
        }
        "too-little-told" => {
            "Hãy kể ít nhất 10 chữ cái, hoặc ghi một số đã gọi, nhắn. / Tell at least 10 characters, or give a number that called or wrote."
        }
        "unreadable" => {
            "Không đọc được số này. Hãy xem lại từng chữ số. / This number can't be read. Check each digit."
        }
        _ => "Chưa đúng. Hãy xem lại mục này. / Not right. Look at this again.",
    }
}
