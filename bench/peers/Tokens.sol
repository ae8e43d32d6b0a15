// SPDX-License-Identifier: MIT
// The tokens that bench/gas.ts measures beside the ledger: OpenZeppelin's, with nothing but a way to mint and to send several.
pragma solidity ^0.8.28;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// One token for each lot: it has a holder, and no quantity.
contract LotTokens is ERC721 {
    constructor() ERC721("Lots", "LOT") { }

    function mint(address holder, uint256[] calldata lots) external {
        for (uint256 i; i < lots.length; ++i) _mint(holder, lots[i]);
    }

    /// Sends several in one transaction: the standard has no call for it.
    function sendAll(address consignee, uint256[] calldata lots) external {
        for (uint256 i; i < lots.length; ++i) transferFrom(msg.sender, consignee, lots[i]);
    }
}

/// One kind of token for each lot, and as many tokens as it has pieces.
contract PieceTokens is ERC1155 {
    constructor() ERC1155("") { }

    function mint(address holder, uint256[] calldata lots, uint256[] calldata pieces) external {
        _mintBatch(holder, lots, pieces, "");
    }
}
