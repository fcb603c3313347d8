"""Words that the names of procedures are made of, the frequent ones first; the bench makes its pages of them."""

from __future__ import annotations


def _list(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|") if part.strip())


ACTIONS = _list("""
    cấp | cấp giấy phép | cấp giấy chứng nhận | đăng ký | cấp lại | gia hạn | công nhận | thông báo | điều chỉnh |
    thẩm định | phê duyệt | cấp lại giấy phép | cấp chứng chỉ hành nghề | thu hồi | giải quyết chế độ | chấp thuận |
    thành lập | xác nhận | cấp đổi | sửa đổi, bổ sung | công bố | hỗ trợ | bổ nhiệm | giải thể | chấm dứt hoạt động |
    cho phép | miễn nhiệm | tặng thưởng | tạm ngừng | tiếp nhận | chuyển đổi | sáp nhập, chia, tách | xóa đăng ký |
    kiểm tra | quyết định | hưởng trợ cấp | cung cấp thông tin | đổi tên | chuyển nhượng | đề nghị | tuyển dụng |
    trích lục | chứng thực | xét tặng danh hiệu | di chuyển | lựa chọn | thay đổi người đứng đầu | bãi bỏ
""")
THINGS = _list("""
    khai sinh | quyền sử dụng đất | kết hôn | hoạt động xây dựng | lao động nước ngoài | hộ kinh doanh | thường trú |
    tạm trú | an toàn thực phẩm | khai tử | giấy phép xây dựng | trợ cấp xã hội | bảo hiểm y tế | người có công |
    dự án đầu tư | nuôi con nuôi | giám hộ | tài sản gắn liền với đất | phương tiện thủy nội địa | giấy phép lái xe |
    cơ sở khám bệnh, chữa bệnh | trường mầm non | trường tiểu học | khai thác khoáng sản | tài nguyên nước |
    xả nước thải | hành nghề luật sư | công chứng viên | đấu giá tài sản | hòa giải viên | tư vấn pháp luật |
    doanh nghiệp nhỏ và vừa | hợp tác xã | quỹ xã hội | hội có phạm vi hoạt động trong tỉnh | tổ chức tôn giáo |
    lễ hội | di tích lịch sử | bảo vật quốc gia | biểu diễn nghệ thuật | quảng cáo ngoài trời | xuất bản phẩm |
    bản tin | họp báo | dịch vụ viễn thông | tần số vô tuyến điện | chữ ký số | an toàn bức xạ |
    chuyển giao công nghệ | sở hữu công nghiệp | tiêu chuẩn đo lường | kinh doanh xăng dầu | kinh doanh rượu |
    kinh doanh thuốc lá | vật liệu nổ công nghiệp | hóa chất | an toàn đập, hồ chứa thủy điện | cụm công nghiệp |
    xuất xứ hàng hóa | nhập khẩu giống cây trồng | thuốc bảo vệ thực vật | thuốc thú y | kiểm dịch động vật |
    chăn nuôi trang trại | tàu cá | nuôi trồng thủy sản | rừng phòng hộ | mã số vùng trồng | phân bón |
    giống vật nuôi | đê điều | nước sạch nông thôn | bố trí dân cư | nghề truyền thống |
    sản phẩm nông nghiệp chủ lực | kinh doanh vận tải | bến xe khách | cảng thủy nội địa | đường thủy |
    đấu nối đường bộ | đào tạo lái xe | kiểm định xe cơ giới | máy móc thi công | bến cảng | tàu biển | thuyền viên |
    hàng không chung | đường sắt | quy hoạch chi tiết | nhà ở xã hội | nhà chung cư | kinh doanh bất động sản |
    chất thải rắn | báo cáo đánh giá tác động môi trường | giấy phép môi trường | đo đạc bản đồ | khí tượng thủy văn |
    đa dạng sinh học | đất chuyên trồng lúa | giao khu vực biển | nghĩa vụ quân sự | dân quân tự vệ |
    vũ khí, công cụ hỗ trợ | phòng cháy chữa cháy | căn cước | hộ chiếu | xuất cảnh, nhập cảnh | con dấu |
    ngành nghề kinh doanh có điều kiện về an ninh | thi đua, khen thưởng | cán bộ, công chức | viên chức |
    tuyển sinh | văn bằng, chứng chỉ | du học | phổ cập giáo dục | trung tâm ngoại ngữ, tin học |
    giáo dục nghề nghiệp | xuất khẩu lao động | bảo hiểm thất nghiệp | hưu trí | tai nạn lao động | bệnh nghề nghiệp |
    cai nghiện ma túy | nạn nhân mua bán người | bảo trợ xã hội | người khuyết tật | trẻ em mồ côi |
    hộ nghèo, hộ cận nghèo | người cao tuổi | liệt sĩ | thương binh | người hoạt động kháng chiến |
    thanh niên xung phong | mai táng phí | dược liệu | mỹ phẩm | trang thiết bị y tế | vắc xin | hiến máu |
    giám định y khoa | pháp y | y tế dự phòng | dân số | thuế thu nhập cá nhân | thuế sử dụng đất phi nông nghiệp |
    lệ phí trước bạ | hóa đơn điện tử | kho ngoại quan | thủ tục hải quan | giá dịch vụ công | tài sản công |
    ngân sách nhà nước | chứng khoán | bảo hiểm nhân thọ | tổ chức tín dụng | ngoại hối | quỹ tín dụng nhân dân |
    kế toán, kiểm toán | đấu thầu | vốn hỗ trợ phát triển chính thức | khu công nghệ cao | khu kinh tế |
    bồi thường nhà nước | trợ giúp pháp lý | thi hành án dân sự | quốc tịch | lý lịch tư pháp | giao dịch bảo đảm |
    thừa phát lại | quản tài viên | hộ tịch có yếu tố nước ngoài | thông tin hộ tịch | tình trạng hôn nhân |
    bản sao từ sổ gốc | chữ ký cá nhân | khiếu nại, tố cáo | tiếp công dân | câu lạc bộ thể thao chuyên nghiệp |
    bể bơi | võ thuật | thể dục thẩm mỹ | lặn biển thể thao | dù lượn | hướng dẫn viên du lịch | kinh doanh lữ hành |
    cơ sở lưu trú | karaoke, vũ trường | trò chơi điện tử | thư viện | bảo tàng | mỹ thuật, nhiếp ảnh | điện ảnh |
    di sản văn hóa phi vật thể | làng văn hóa | gia đình văn hóa
""")
SUBJECTS = _list("""
    đối với tổ chức | đối với cá nhân | đối với hộ gia đình | cho người nước ngoài | đối với doanh nghiệp |
    đối với cơ quan nhà nước | của người Việt Nam định cư ở nước ngoài | đối với đơn vị sự nghiệp công lập |
    cho học sinh, sinh viên | đối với người đang hưởng lương hưu | đối với nhà đầu tư | của tổ chức nước ngoài |
    đối với thân nhân người có công | cho người lao động | đối với cơ sở giáo dục | đối với hợp tác xã |
    của hội, quỹ | đối với tàu thuyền | cho trẻ em dưới 6 tuổi | đối với người từ đủ 80 tuổi trở lên |
    của văn phòng đại diện | của chi nhánh | đối với người nhiễm chất độc hóa học | cho phạm nhân | đối với quân nhân
""")
CASES = _list("""
    cấp tỉnh | cấp xã | trong trường hợp bị mất, bị hỏng | có yếu tố nước ngoài | lần đầu |
    thuộc thẩm quyền của tỉnh | do thay đổi thông tin | trên địa bàn tỉnh | trong khu vực biên giới |
    thuộc diện miễn, giảm | lưu động | khi hết thời hạn | thực hiện tại cấp xã | trong khu công nghiệp |
    không thuộc trường hợp trên | theo yêu cầu | có vốn đầu tư nước ngoài | để thực hiện dự án |
    trong phạm vi một tỉnh | do Thủ tướng Chính phủ quyết định | bằng hình thức trực tuyến | có thời hạn |
    không thời hạn | trong nước | ở nước ngoài | trên biển | do sáp nhập | phục vụ mục đích quốc phòng, an ninh |
    theo quy định của Luật | tại vùng đồng bào dân tộc thiểu số và miền núi | trong thời gian chờ cấp lại |
    phục vụ nghiên cứu khoa học | nhằm mục đích thương mại | từ nguồn ngân sách địa phương
""")
PLACES = _list("""
    Tuyên Quang | Lào Cai | Thái Nguyên | Phú Thọ | Bắc Ninh | Hưng Yên | Hải Phòng | Ninh Bình | Quảng Trị |
    Đà Nẵng | Quảng Ngãi | Gia Lai | Khánh Hòa | Lâm Đồng | Đắk Lắk | Đồng Nai | Tây Ninh | Cần Thơ | Vĩnh Long |
    Đồng Tháp | Cà Mau | An Giang | Hà Nội | Huế | Lai Châu | Điện Biên | Sơn La | Lạng Sơn | Quảng Ninh | Thanh Hóa |
    Nghệ An | Hà Tĩnh | Cao Bằng
""")
# What the texts of records are made of.
SENTENCES = _list("""
    người nộp hồ sơ | cơ quan có thẩm quyền | trong thời hạn ngày làm việc | kể từ ngày nhận đủ hồ sơ hợp lệ |
    bản sao có chứng thực | đơn đề nghị theo mẫu | cổng dịch vụ công | trung tâm phục vụ hành chính công | bản chính |
    văn bản thông báo và nêu rõ lý do | tiếp nhận hồ sơ | trả kết quả | qua dịch vụ bưu chính công ích |
    nộp trực tiếp | kiểm tra tính hợp lệ | trường hợp hồ sơ chưa đầy đủ | hướng dẫn bổ sung | tờ khai |
    giấy tờ tùy thân | nộp lệ phí | Ủy ban nhân dân cấp xã | Ủy ban nhân dân cấp tỉnh | Sở chuyên ngành |
    thẩm định thực tế | lập biên bản | cán bộ một cửa | xuất trình | tài liệu chứng minh | bản vẽ thiết kế |
    quyết định phê duyệt | cấp giấy chứng nhận | đóng dấu | ký tên | theo quy định của pháp luật |
    người đại diện theo pháp luật | giấy ủy quyền | phiếu hẹn | cơ sở dữ liệu quốc gia | số định danh cá nhân |
    xác minh thông tin | lấy ý kiến | hội đồng thẩm định | công khai | niêm yết | danh sách kèm theo |
    sơ yếu lý lịch | ảnh màu cỡ | hợp đồng | báo cáo tài chính | phương án | kế hoạch | vị trí khu đất |
    hiện trạng sử dụng | trang thiết bị | nhân sự chuyên môn | điều kiện an toàn | phòng cháy | bảo vệ môi trường |
    giấy khám sức khỏe | văn bằng chuyên môn | sổ đăng ký | thời hạn có giá trị | từ chối giải quyết
""")
FIELDS = _list("""
    Hộ tịch | Đất đai | Xây dựng | Lao động | Doanh nghiệp | Cư trú | Y tế dự phòng | An toàn thực phẩm |
    Người có công | Bảo trợ xã hội | Đường bộ | Thủy sản | Lâm nghiệp | Môi trường | Giáo dục mầm non |
    Giáo dục nghề nghiệp | Luật sư | Công chứng | Nuôi con nuôi | Thuế | Hải quan | Viễn thông | Báo chí | Du lịch |
    Thể dục thể thao | Di sản văn hóa | Tôn giáo | Thi đua khen thưởng | Công chức viên chức | Đầu tư | Điện lực |
    Hóa chất | Chăn nuôi | Trồng trọt | Thú y | Tài nguyên nước | Khoáng sản | Biển và hải đảo | Quốc tịch | Đấu thầu
""")
GUIDE_TITLES = _list("""
    Đăng ký khai sinh | Đăng ký kết hôn | Đăng ký khai tử | Đăng ký tạm trú | Đăng ký thường trú | Mở hộ kinh doanh |
    Xin giấy phép xây dựng nhà ở | Trợ cấp cho người cao tuổi | Cấp lại giấy chứng nhận quyền sử dụng đất |
    Xác nhận tình trạng hôn nhân | Nhận con nuôi | Đổi giấy phép lái xe | Chuyển trường cho con | Thẻ bảo hiểm y tế
""")
KEYWORDS = _list("""
    làm giấy khai sinh | khai sinh cho con | mới sinh em bé | giấy hôn thú | mẹ mới mất | ở trọ | thuê nhà |
    nhập khẩu | mở quán ăn | bán hàng online | xây nhà | sửa nhà | tiền già | sổ đỏ bị mất | giấy độc thân |
    xin con nuôi | bằng lái | chuyển trường | thẻ bảo hiểm | nộp ở đâu | hết bao nhiêu tiền | giấy tờ cần có |
    người khuyết tật | hộ nghèo
""")
ENGLISH_TITLES = _list("""
    Register a birth | Register a marriage | Register a death | Register temporary residence |
    Start a household business | Get a building permit | Allowance for older people | Replace a land use certificate |
    Adopt a child | Exchange a driving licence | Change schools | Health insurance card |
    Certificate of marital status | Work permit
""")
ENGLISH_KEYWORDS = _list("""
    birth certificate | new baby | wedding | foreign spouse | funeral | renting a room | open a shop | build a house |
    pension | red book | lost papers | proof of being single | driver license | school transfer | visa | police
""")
# A rare word is made of these; most of what comes out is no word, and none is missing from Vietnamese for its sounds.
ONSETS = _list(
    "b | c | ch | d | g | h | kh | l | m | n | ng | nh | ph | qu | r | s | t | th | tr | v | x | kr | pl | br | đr"
)
RHYMES = _list("""
    ác | ạch | ằng | ẳm | ấu | ẫy | ệp | ểu | ịch | oắt | oẹo | ốt | ợn | uếch | uồm | ựu | ưỡi | ỵt | ung | oang |
    iêng | ương | uyên | ao | ênh | âng | ươi | oai
""")
